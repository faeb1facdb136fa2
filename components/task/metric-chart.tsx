import { MeasuredCurve } from '@/components/ui/measured-curve';
import type { Round } from './step-runs';

/** The numbers of a metric gate of one task. */
export function MetricChart({ rounds }: { rounds: readonly Round[] }) {
  const points = rounds.map((round) => ({
    key: round.round,
    value: numberOf(round, 'value'),
    baseline: numberOf(round, 'baseline'),
    failed: round.instances.some(({ instance, ok }) => instance === 'value' && !ok),
  }));
  return <MeasuredCurve points={points} />;
}

/** Whether rounds are measurements of a metric gate. */
export const isMeasured = ([first]: readonly Round[]): boolean => first?.instances[0]?.instance === 'value';

function numberOf({ instances }: Round, name: string): number | null {
  const { version } = instances.find(({ instance }) => instance === name) ?? { version: null };
  const number = Number(version ?? Number.NaN);
  return Number.isFinite(number) ? number : null;
}
