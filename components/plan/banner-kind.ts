import type { Figures } from '@/components/live/plan-tally';
import { isOpen } from '@/domain/plan';
import { whyNotApproved } from '@/domain/start-approval';
import type { PlanView } from '@/domain/view/plan-view';
import type { Outputs } from '@/server/api/router';

type Overview = Outputs['executor']['nodes'];
type Trouble = Overview['nodes'][number]['trouble'][string];

/** What the processes tell of a plan. */
export interface ExecutorNews {
  stopped: Overview['stopped'] | undefined;
  trouble: Trouble | undefined;
}

export type BannerKind = 'unapproved' | 'scheduled' | 'missed' | 'blocked' | 'halted' | 'paused';

/** Whether something of it may go forward, which a freeze or its deadline would hold. */
export const mayBeFrozen = ({ status, intent }: PlanView): boolean =>
  status === 'READY' || (isOpen(status) && intent !== 'cancel' && intent !== 'rollback');

/** What stands in the way of a plan; null when nothing does. That a wave is watched, the strip of the waves tells. */
export function bannerOf(plan: PlanView, { wave }: Figures): BannerKind | null {
  if (plan.status === 'READY' && whyNotApproved(plan) !== null) return 'unapproved';
  if (plan.status === 'READY' && plan.startAt !== null) return 'scheduled';
  if (plan.status === 'READY' && plan.startBy !== null) return 'missed';
  if (!isOpen(plan.status)) return null;
  const more = plan.wave < plan.lastWave;
  const over = wave.unsettledInWave === 0 && wave.notCompletedInWave > 0;
  if (plan.intent === 'none' && over && more) return 'blocked';
  if (plan.halted) return 'halted';
  return plan.intent === 'pause' && plan.intentBy === 'policy' ? 'paused' : null;
}
