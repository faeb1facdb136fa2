import type { Measured } from '@/domain/plan-gate';
import type { WaveGate } from '@/domain/wave';
import { abortedBy } from './aborted-by';

/** Measures a wave of a plan once; never rejects for what the target does. */
export type MeasureWave = (
  wave: { planId: string; wave: number; gate: WaveGate },
  signal: AbortSignal,
) => Promise<Measured>;

/**
 * The measurement of a plan's wave that is under way. It takes a while and holds up nothing else: who asks is given what
 * was found, once, or null until it is over.
 */
export class WaveMeasuring {
  #under: { wave: number; found: Measured | null; abort: AbortController } | null = null;

  constructor(
    private readonly measure: MeasureWave,
    private readonly signal: AbortSignal,
    private readonly over: () => void,
  ) {}

  /** Nothing is measured any more, or it is measured anew. */
  forget(): void {
    this.#under?.abort.abort();
    this.#under = null;
  }

  /** What was found of the wave since it was asked for last; begins to measure where nobody does. */
  take(planId: string, wave: number, gate: WaveGate): Measured | null {
    const under = this.#under;
    if (under?.wave === wave) {
      if (under.found) this.#under = null;
      return under.found;
    }
    this.forget();
    const { abort, letGo } = abortedBy(this.signal);
    const measuring = { wave, found: null as Measured | null, abort };
    this.#under = measuring;
    void this.measure({ planId, wave, gate }, abort.signal)
      .catch(
        // The database's own words may be a whole statement, with what it was given.
        (): Measured => ({
          ...{ value: null, baseline: null, verdict: 'inconclusive' },
          told: 'what it is measured with could not be read',
        }),
      )
      .then((found) => {
        letGo();
        measuring.found = found;
        if (!abort.signal.aborted) this.over();
      });
    return null;
  }
}
