import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { createTracing } from './tracing';

it.each([
  'http://169.254.169.254:4318',
  'http://metadata.google.internal',
  'http://[fd00:ec2::254]',
  'collector',
])('traces are not sent to %s', (collector) => {
  // It is refused before anything is read.
  const options = { db: null as never, seed: randomBytes(32) };
  expect(() => createTracing({ OTEL_EXPORTER_OTLP_ENDPOINT: collector }, options)).toThrow(
    'Traces cannot be sent',
  );
});
