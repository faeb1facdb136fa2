/** What one measurement says: within its limits, beyond one of them, or that there was no number. */
export type MeasureVerdict = 'passed' | 'failed' | 'inconclusive';

/** How often is measured, and how many may be beyond their limit or without a number. */
export interface GateLimits {
  measurements: number;
  failureLimit: number;
  inconclusiveLimit: number;
}

export interface GateTally {
  measured: number;
  failed: number;
  inconclusive: number;
}

/** How a metric gate ends, as an analysis run of Argo Rollouts does; null while there is more to measure. */
export function gateEnd(limits: GateLimits, tally: GateTally): MeasureVerdict | null {
  if (tally.failed > limits.failureLimit) return 'failed';
  if (tally.inconclusive > limits.inconclusiveLimit) return 'inconclusive';
  if (tally.measured < limits.measurements) return null;
  // Nothing was ever measured.
  return tally.inconclusive >= limits.measurements ? 'inconclusive' : 'passed';
}

export const tallied = (tally: GateTally, verdict: MeasureVerdict): GateTally => ({
  measured: tally.measured + 1,
  failed: tally.failed + (verdict === 'failed' ? 1 : 0),
  inconclusive: tally.inconclusive + (verdict === 'inconclusive' ? 1 : 0),
});

/** Why a gate did not pass: "3 measurements of 4 beyond the limit: the value is 7". */
export function gateWords(end: 'failed' | 'inconclusive', tally: GateTally, told: string | null): string {
  const count = tally[end];
  const what = end === 'failed' ? 'beyond the limit' : 'without a result';
  const last = (told ?? 'see its measurements').replace(/\.$/, '');
  return `${count} ${count === 1 ? 'measurement' : 'measurements'} of ${tally.measured} ${what}: ${last}.`;
}
