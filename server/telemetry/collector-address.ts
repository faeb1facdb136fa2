export type Variables = Readonly<Record<string, string | undefined>>;

/** Where this kind of telemetry is sent, as the standard variables say; undefined when nowhere. */
export function collectorOf(env: Variables, signal: 'TRACES' | 'METRICS'): string | undefined {
  if (env.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return undefined;
  const exporters = env.OTEL_METRICS_EXPORTER?.split(',').map((one) => one.trim()) ?? [];
  if (signal === 'METRICS' && exporters.length > 0 && !exporters.includes('otlp')) return undefined;
  return env[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`] || env.OTEL_EXPORTER_OTLP_ENDPOINT || undefined;
}
