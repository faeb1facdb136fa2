import { isOpen, isSettled, type PlanStatus, type TaskCounts } from './plan';
import type { PlanIntent } from './plan-intent';
import { TASK_STATUSES, type TaskStatus } from './task';

/** Tasks of a plan that are alike in what its figures tell apart. */
export interface TaskGroup {
  status: TaskStatus;
  /** Going back, or gone back. */
  back: boolean;
  /** Its failure counts, also after it was rolled back. */
  failed: boolean;
  /** Something was sent for it. */
  sent: boolean;
  count: number;
  /** Stages that each has finished in the present direction. */
  stages: number;
}

export interface PlanSituation {
  status: PlanStatus;
  intent: PlanIntent;
  /** How many stages its playbook has. */
  stages: number;
}

/** How a plan stands, as every screen, page and command says it. */
export interface PlanSummary {
  /** One sentence without a full stop: "46 of 48 tenants are switched: 2 rolled back on purpose". */
  headline: string;
  /** The same as data, for other languages; missing in what an earlier build stored. */
  told?: Headline;
  /**
   * Finished stages of those that are to be finished, in whole percent: forward, or of a plan that goes back, back. Once it
   * has ended, those of tenants that ended well.
   */
  percent: number;
  /** Tenants the percent and the funnel are about. */
  of: number;
  /** How many of them have finished each stage, in the same direction. */
  funnel: number[];
  /** Tenants that ended badly: failed, failed and rolled back, or not brought back. */
  failed: number;
}

/** What came of a tenant, in the order in which it is told. docs/outcomes.md has the table. */
const PARTS = [
  { kind: 'failed', words: 'failed', is: ({ status }) => status === 'FAILED' },
  {
    kind: 'failedAndBack',
    words: 'failed and rolled back',
    is: ({ status, failed }) => status === 'ROLLED_BACK' && failed,
  },
  { kind: 'notBack', words: 'could not be rolled back', is: ({ status }) => status === 'ROLLBACK_FAILED' },
  { kind: 'switching', words: 'switching', is: ({ status }) => status === 'RUNNING' },
  { kind: 'goingBack', words: 'rolling back', is: ({ status }) => status === 'ROLLING_BACK' },
  { kind: 'paused', words: 'paused', is: ({ status }) => status === 'PAUSED' },
  { kind: 'waiting', words: 'waiting', is: ({ status }) => status === 'PENDING' },
  {
    kind: 'backOnPurpose',
    words: 'rolled back on purpose',
    is: ({ status, failed }) => status === 'ROLLED_BACK' && !failed,
  },
  { kind: 'cancelled', words: 'cancelled', is: ({ status }) => status === 'CANCELLED' },
  { kind: 'leftOut', words: 'left out', is: ({ status }) => status === 'VALIDATION_FAILED' },
] as const satisfies readonly { kind: string; words: string; is: (group: TaskGroup) => boolean }[];

export type PartKind = (typeof PARTS)[number]['kind'];

/** A headline before it is put into words. */
export interface Headline {
  /** What is said of `count` tenants of `of`. */
  lead: 'checked' | 'toSwitch' | 'switched' | 'back';
  count: number;
  of: number;
  /** The plan was ended before its tenants were. */
  ended: 'cancelled' | 'closed' | null;
  /** It may still come to more. */
  open: boolean;
  /** What came of the others, in the order in which it is told; none of it 0. */
  parts: { kind: PartKind; count: number }[];
}

/** Of a plan that was taken back as a whole: why each of them came back is not told again. */
const BACK = (group: TaskGroup) => group.status === 'ROLLED_BACK';
const FAILED: readonly PartKind[] = ['failed', 'failedAndBack', 'notBack'];

const countOf = (groups: readonly TaskGroup[], is: (group: TaskGroup) => boolean): number =>
  groups.reduce((sum, group) => sum + (is(group) ? group.count : 0), 0);

/** Sums a plan up from its tasks, however they are grouped. */
export function summarise(plan: PlanSituation, groups: readonly TaskGroup[]): PlanSummary {
  const goesBack = plan.intent === 'rollback' || plan.status === 'ROLLED_BACK';
  const takesPart = groups.filter((group) => (goesBack ? isToComeBack(group) : isToBeSwitched(plan, group)));
  const of = countOf(takesPart, () => true);
  const funnel = Array.from({ length: plan.stages }, (_, index) =>
    countOf(takesPart, (group) => finishedStages(plan, group, goesBack) > index),
  );
  // Of what has ended only what ended well counts: "66 %" of a plan in which nobody was switched would be no help.
  const well = countOf(takesPart, ({ status }) => status === (goesBack ? 'ROLLED_BACK' : 'COMPLETED'));
  const done = isSettled(plan.status) ? well * plan.stages : funnel.reduce((sum, count) => sum + count, 0);
  const bad = PARTS.filter(({ kind }) => FAILED.includes(kind));
  const told = headlineOf(plan, groups, goesBack);
  return {
    headline: headlineText(told),
    told,
    percent: of * plan.stages === 0 ? 0 : Math.floor((done / (of * plan.stages)) * 100),
    of,
    funnel,
    failed: bad.reduce((sum, { is }) => sum + countOf(groups, is), 0),
  };
}

/** The groups that a settled plan's counts tell apart; of a rollback, who was not brought back is told by its event. */
export function groupsOf({ byStatus, backOnPurpose }: TaskCounts): TaskGroup[] {
  const alike = { back: false, failed: false, sent: false, stages: 0 };
  const others = TASK_STATUSES.filter((status) => status !== 'ROLLED_BACK');
  return [
    ...others.map((status) => ({ ...alike, status, count: byStatus[status] })),
    { ...alike, status: 'ROLLED_BACK', count: backOnPurpose },
    { ...alike, status: 'ROLLED_BACK', failed: true, count: byStatus.ROLLED_BACK - backOnPurpose },
  ];
}

const isToComeBack = ({ status, sent }: TaskGroup): boolean =>
  sent || status === 'ROLLED_BACK' || status === 'ROLLING_BACK' || status === 'ROLLBACK_FAILED';

/** Who was left out, cancelled or taken back on purpose is none of those that are to be switched. */
function isToBeSwitched({ status, intent }: PlanSituation, group: TaskGroup): boolean {
  if (group.status === 'VALIDATION_FAILED') return false;
  if (group.status === 'CANCELLED') return status === 'CANCELLED' || intent === 'cancel';
  return group.failed || !group.back || group.status === 'ROLLBACK_FAILED';
}

function finishedStages(plan: PlanSituation, group: TaskGroup, goesBack: boolean): number {
  if (group.status === (goesBack ? 'ROLLED_BACK' : 'COMPLETED')) return plan.stages;
  return group.back === goesBack ? group.stages : 0;
}

function headlineOf(plan: PlanSituation, groups: readonly TaskGroup[], goesBack: boolean): Headline {
  const all = countOf(groups, () => true);
  const open = isOpen(plan.status);
  const plain = { ended: null, open } as const;
  if (plan.status === 'CREATED' || plan.status === 'VALIDATING')
    return { ...plain, lead: 'checked', count: all, of: all, parts: [] };
  if (plan.status === 'READY') {
    const count = countOf(groups, ({ status }) => status === 'PENDING');
    return { ...plain, lead: 'toSwitch', count, of: all, parts: partsOf(groups, ['waiting']) };
  }
  if (goesBack) {
    const parts = partsOf(groups, ['backOnPurpose', 'failedAndBack']);
    return { ...plain, lead: 'back', count: countOf(groups, BACK), of: countOf(groups, isToComeBack), parts };
  }
  return {
    lead: 'switched',
    count: countOf(groups, ({ status }) => status === 'COMPLETED'),
    of: all,
    ended: plan.status === 'CANCELLED' ? 'cancelled' : plan.intent === 'close' ? 'closed' : null,
    open,
    parts: partsOf(groups, []),
  };
}

function partsOf(groups: readonly TaskGroup[], without: readonly PartKind[]): Headline['parts'] {
  return PARTS.flatMap(({ kind, is }) => {
    const count = without.includes(kind) ? 0 : countOf(groups, is);
    return count > 0 ? [{ kind, count }] : [];
  });
}

/** In English, as the API, the command line and notifications say it. */
export function headlineText({ parts, ...headline }: Headline): string {
  const told = parts.map(({ kind, count }) => `${number(count)} ${WORDS[kind]}`).join(', ');
  const lead = leadText(headline);
  if (told === '') return lead;
  return headline.lead === 'toSwitch' ? `${lead}, ${told}` : `${lead}: ${told}`;
}

const WORDS = Object.fromEntries(PARTS.map(({ kind, words }) => [kind, words])) as Record<PartKind, string>;

function leadText({ lead, count, of, ended, open }: Omit<Headline, 'parts'>): string {
  if (lead === 'checked') return `${tenants(of)} are being checked`;
  if (lead === 'toSwitch') return `Not started: ${tenants(count)} to switch`;
  if (lead === 'back') {
    if (of > 0 && count === of) return of === 1 ? 'The tenant is back' : `All ${number(of)} tenants are back`;
    return `${number(count)} of ${tenants(of)} ${count === 1 || of === 1 ? 'is' : 'are'} back`;
  }
  const text =
    count === of && of > 0
      ? `${of === 1 ? 'the tenant is' : `all ${number(of)} tenants are`} switched`
      : count === 0 && !open
        ? 'no tenant is switched'
        : `${number(count)} of ${tenants(of)} ${count === 1 || of === 1 ? 'is' : 'are'} switched`;
  if (ended !== null) return `${ended === 'cancelled' ? 'Cancelled' : 'Closed'}, ${text}`;
  return text[0]?.toUpperCase() + text.slice(1);
}

const number = (count: number): string => count.toLocaleString('en');
const tenants = (count: number): string => `${number(count)} ${count === 1 ? 'tenant' : 'tenants'}`;
