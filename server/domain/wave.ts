/**
 * A wave of a plan: so many tenants, such a share, or those with a label. What no wave names forms the last one.
 * After a wave finished the next one waits for `bakeSeconds`.
 */
export interface WaveDefinition {
  name?: string | undefined;
  size: { count: number } | { percent: number } | { label: Record<string, string> };
  bakeSeconds: number;
}
