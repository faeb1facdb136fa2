import { BAR_ORDER } from '@/components/ui/bar-order';
import { STATUS_WORDS } from '@/components/ui/status-words';
import type { Tone } from '@/components/ui/tones';
import type { TaskStatus } from '@/domain/task';
import type { PublicStatus } from '@/domain/view/plan-view';

/** More stages than these have no room. */
const MOST_STAGES = 5;

/** What the picture of a shared plan shows: shapes, numbers, the plan's id and a word of ours. */
export interface ShareFacts {
  planId: string;
  tone: Tone;
  word: string;
  percent: number;
  /** How many tenants are where, as parts of one. */
  bar: { status: TaskStatus; tone: Tone; share: number }[];
  /** How far each stage is; names of stages may be of any script, so that they are numbered. */
  stages: { name: string; done: number; of: number; share: number }[];
  failed: number;
}

const FAILED = ['FAILED', 'ROLLBACK_FAILED'] as const;

/**
 * Nothing but what the page says to everybody, and of that only what the one font of the picture can write: no name of a
 * plan, a stage, a version or a tenant.
 */
export function shareFacts({
  planId,
  status,
  percent,
  byStatus,
  funnel,
  of,
  total,
}: PublicStatus): ShareFacts {
  const { tone, label } = STATUS_WORDS[status];
  return {
    planId,
    tone,
    word: label.en,
    percent,
    bar: BAR_ORDER.flatMap((known) => {
      const count = byStatus[known] ?? 0;
      return count > 0 && total > 0
        ? { status: known, tone: STATUS_WORDS[known].tone, share: count / total }
        : [];
    }),
    stages: funnel.slice(0, MOST_STAGES).map(({ done }, place) => ({
      ...{ name: String(place + 1), done, of, share: of === 0 ? 0 : done / of },
    })),
    failed: FAILED.reduce((sum, known) => sum + (byStatus[known] ?? 0), 0),
  };
}
