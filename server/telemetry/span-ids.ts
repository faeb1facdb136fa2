import { createHmac } from 'node:crypto';
import { type IdGenerator, RandomIdGenerator } from '@opentelemetry/sdk-trace-node';

/**
 * Ids derived from what a span is about, so that every process of one installation puts a plan into the same trace
 * and names the same parents without asking. `seed` keeps installations apart that share a tracing backend.
 */
export class SpanIds implements IdGenerator {
  readonly #random = new RandomIdGenerator();
  #nextSpanId: string | null = null;
  #nextTraceId: string | null = null;

  constructor(private readonly seed: Buffer) {}

  traceOf(planId: string): string {
    return this.#derive('trace', planId).slice(0, 32);
  }

  spanOf(...about: (string | number)[]): string {
    return this.#derive('span', ...about).slice(0, 16);
  }

  /** The next span started gets these ids; starting one is synchronous, so nothing comes between. */
  use(traceId: string, spanId: string): void {
    this.#nextTraceId = traceId;
    this.#nextSpanId = spanId;
  }

  generateTraceId(): string {
    const id = this.#nextTraceId ?? this.#random.generateTraceId();
    this.#nextTraceId = null;
    return id;
  }

  generateSpanId(): string {
    const id = this.#nextSpanId ?? this.#random.generateSpanId();
    this.#nextSpanId = null;
    return id;
  }

  #derive(...about: (string | number)[]): string {
    return createHmac('sha256', this.seed).update(about.join('\0')).digest('hex');
  }
}
