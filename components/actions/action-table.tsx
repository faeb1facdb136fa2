import {
  Ban,
  CheckCheck,
  CircleCheck,
  CirclePause,
  CirclePlay,
  CircleX,
  type LucideIcon,
  Play,
  RotateCw,
  Send,
  ShieldAlert,
  SquareCheck,
  StepForward,
  Undo2,
} from 'lucide-react';
import type { Confirmation } from '@/components/ui/confirmation';
import { type Friction, frictionOf } from '@/components/ui/friction';
import type { BulkAction } from '@/domain/bulk';
import { REQUEST_KINDS } from '@/domain/task';

/** One thing that can be done, however it is asked for: by button, menu, key or palette. */
interface Action {
  Icon: LucideIcon;
  /** As `keyName` names it; null where no key does it. */
  key: 'p' | 'r' | 'Shift+C' | 'Shift+B' | null;
  /** It can be undone with one click: the friction follows from this and from how many it concerns. */
  reversible: boolean;
  /** It takes something away. */
  destructive: boolean;
  /** What goes on when nothing is done. */
  wayOut: Confirmation['wayOut'];
  /** What is under way need not be waited for. */
  mayHurry: boolean;
}

const EASY = { reversible: true, destructive: false, mayHurry: false } as const;
const WEIGHED = { reversible: false, destructive: false, mayHurry: false, key: null } as const;
const GRAVE = { reversible: false, destructive: true } as const;

/**
 * The one table of what an operator can do. Whether it may be done now is the domain's to say (`live/situation.ts`), and what
 * it is called is in the catalogue (`actions`), under the same names.
 */
export const ACTIONS = {
  pause: { ...EASY, Icon: CirclePause, key: 'p', wayOut: 'keepRunning' },
  resume: { ...EASY, Icon: CirclePlay, key: 'p', wayOut: 'keepAsIs' },
  cancel: { ...GRAVE, Icon: CircleX, key: 'Shift+C', wayOut: 'keepRunning', mayHurry: true },
  retry: { ...EASY, Icon: RotateCw, key: 'r', wayOut: 'keepAsIs' },
  rollback: { ...GRAVE, Icon: Undo2, key: 'Shift+B', wayOut: 'keepAsIs', mayHurry: true },
  resend: { ...WEIGHED, Icon: Send, wayOut: 'keepAsIs' },
  approve: { ...EASY, Icon: CircleCheck, key: null, wayOut: 'keepAsIs' },
  reject: { ...GRAVE, Icon: Ban, key: null, wayOut: 'keepAsIs', mayHurry: false },
  applied: { ...WEIGHED, Icon: CheckCheck, wayOut: 'keepAsIs' },
  override: { ...GRAVE, Icon: ShieldAlert, key: null, wayOut: 'keepAsIs', mayHurry: false },
  start: { ...EASY, Icon: Play, key: null, wayOut: 'keepAsIs' },
  approveStart: { ...EASY, Icon: CircleCheck, key: null, wayOut: 'keepAsIs' },
  continue: { ...WEIGHED, Icon: StepForward, wayOut: 'keepAsIs' },
  close: { ...WEIGHED, Icon: SquareCheck, wayOut: 'keepAsIs' },
  retryFailed: { ...EASY, Icon: RotateCw, key: null, wayOut: 'keepAsIs' },
} as const satisfies Record<string, Action>;

export type ActionName = keyof typeof ACTIONS;

/** What may be asked of one task, in the order of its buttons. */
export const TASK_ACTIONS = REQUEST_KINDS satisfies readonly ActionName[];

/** What may be asked of a plan as a whole, in the order it is offered. */
export const PLAN_ACTIONS = [
  'start',
  'approveStart',
  'pause',
  'resume',
  'continue',
  'retryFailed',
  'cancel',
  'rollback',
  'close',
] as const satisfies readonly ActionName[];
export type PlanAction = (typeof PLAN_ACTIONS)[number];

/** A bulk action by the name it has everywhere else. */
export const actionOf = (bulk: BulkAction): Exclude<BulkAction, 'resolve'> | 'resend' =>
  bulk === 'resolve' ? 'resend' : bulk;

/** What stands between the click and the effect; some retries are on record with a reason, however few they are. */
export function frictionFor(name: ActionName, count: number, wantsReason = false): Friction {
  const least = frictionOf({ reversible: ACTIONS[name].reversible, count });
  return wantsReason && (least === 'none' || least === 'dialog') ? 'reason' : least;
}

/** What a question about this action has in common, however many it concerns. */
export const questionBase = (name: ActionName) => ({
  wayOut: ACTIONS[name].wayOut,
  destructive: ACTIONS[name].destructive,
});
