import type { EventKind } from '@/domain/events';
import type { PlanStatus } from '@/domain/plan';
import type { TaskStatus } from '@/domain/task';

/** What a bar is drawn of. */
export interface Progress {
  status: PlanStatus;
  percent: number;
  total: number;
  byStatus: Readonly<Partial<Record<TaskStatus, number>>>;
}

const BAR = 24;
/** In the order in which somebody looks for them; what is done stands in the bar. */
const TOLD: readonly [TaskStatus, string][] = [
  ['FAILED', 'failed'],
  ['ROLLBACK_FAILED', 'rollback failed'],
  ['RUNNING', 'running'],
  ['ROLLING_BACK', 'rolling back'],
  ['PAUSED', 'paused'],
  ['PENDING', 'waiting'],
  ['CANCELLED', 'cancelled'],
  ['ROLLED_BACK', 'rolled back'],
];

/** How a plan stands as one line that is no wider than the terminal. */
export function progressLine({ status, percent, total, byStatus }: Progress, columns: number): string {
  const filled = Math.floor((BAR * Math.min(Math.max(percent, 0), 100)) / 100);
  const counts = TOLD.flatMap(([name, words]) => {
    const count = byStatus[name] ?? 0;
    return count > 0 ? [`${count} ${words}`] : [];
  });
  const line = [
    `[${'#'.repeat(filled)}${'-'.repeat(BAR - filled)}]`,
    `${Math.floor(percent)}%`,
    `${byStatus.COMPLETED ?? 0} of ${total} switched`,
    ...counts,
    ...(status === 'RUNNING' ? [] : [status]),
  ].join('  ');
  return line.slice(0, Math.max(columns - 1, 0));
}

/** Events that somebody who looks at a bar has to see. */
const TROUBLE: ReadonlySet<string> = new Set<EventKind>([
  'TaskValidationFailed',
  'TaskFailed',
  'StageRollbackFailed',
  'StepInDoubt',
  'PlanHalted',
  'PlanFailed',
  'PlanPartiallyFailed',
  'PlanStartMissed',
  'DeadlinePassed',
  'StartApprovalNeeded',
  'FreezeOverrideAsked',
]);
export const isTrouble = (kind: string): boolean => TROUBLE.has(kind);

/** A last line that is drawn over again, below what is printed for good. */
export class Bar {
  #drawn = '';

  constructor(
    private readonly write: (text: string) => void,
    readonly columns: () => number,
  ) {}

  /** Null takes it away. */
  draw(line: string | null): void {
    if ((line ?? '') === this.#drawn) return;
    this.write(CLEARED + (line ?? ''));
    this.#drawn = line ?? '';
  }

  /** Prints a line for good, above the bar. */
  print(line: string): void {
    this.write(this.#drawn === '' ? `${line}\n` : `${CLEARED}${line}\n${this.#drawn}`);
  }
}

/** To the beginning of the line, and nothing after it. */
const CLEARED = '\r\u001b[K';
