import type { WaveTally } from '@/components/live/plan-tally';
import type { PlanView } from '@/domain/view/plan-view';

/** How a wave stands: over, under way, watched before the next one, held up by what did not complete or by its gate, or still to come. */
export type WaveState = 'over' | 'running' | 'baking' | 'blocked' | 'next' | 'later';

export function waveState(
  {
    wave,
    bakeUntil,
    halted,
    startedAt,
    endedAt,
    lastWave,
  }: Pick<PlanView, 'wave' | 'bakeUntil' | 'halted' | 'startedAt' | 'endedAt' | 'lastWave'>,
  index: number,
  { unsettledInWave, notCompletedInWave }: Readonly<WaveTally>,
): WaveState {
  if (index < wave) return 'over';
  if (startedAt === null) return index === 0 ? 'next' : 'later';
  if (index > wave) return index === wave + 1 && endedAt === null ? 'next' : 'later';
  if (unsettledInWave > 0) return 'running';
  if (bakeUntil !== null && index < lastWave) return halted?.by === 'gate' ? 'blocked' : 'baking';
  return notCompletedInWave > 0 && index < lastWave ? 'blocked' : 'over';
}
