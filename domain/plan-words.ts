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
  { words: 'failed', is: ({ status }) => status === 'FAILED' },
  { words: 'failed and rolled back', is: ({ status, failed }) => status === 'ROLLED_BACK' && failed },
  { words: 'could not be rolled back', is: ({ status }) => status === 'ROLLBACK_FAILED' },
  { words: 'switching', is: ({ status }) => status === 'RUNNING' },
  { words: 'rolling back', is: ({ status }) => status === 'ROLLING_BACK' },
  { words: 'paused', is: ({ status }) => status === 'PAUSED' },
  { words: 'waiting', is: ({ status }) => status === 'PENDING' },
  { words: 'rolled back on purpose', is: ({ status, failed }) => status === 'ROLLED_BACK' && !failed },
  { words: 'cancelled', is: ({ status }) => status === 'CANCELLED' },
  { words: 'left out', is: ({ status }) => status === 'VALIDATION_FAILED' },
] as const satisfies readonly { words: string; is: (group: TaskGroup) => boolean }[];

type Words = (typeof PARTS)[number]['words'];
/** Of a plan that was taken back as a whole: why each of them came back is not told again. */
const BACK = (group: TaskGroup) => group.status === 'ROLLED_BACK';
const FAILED: readonly Words[] = ['failed', 'failed and rolled back', 'could not be rolled back'];

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
  const bad = PARTS.filter(({ words }) => FAILED.includes(words));
  return {
    headline: headlineOf(plan, groups, goesBack),
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

function headlineOf(plan: PlanSituation, groups: readonly TaskGroup[], goesBack: boolean): string {
  const all = countOf(groups, () => true);
  if (plan.status === 'CREATED' || plan.status === 'VALIDATING') return `${tenants(all)} are being checked`;
  if (plan.status === 'READY') {
    const told = partsOf(groups, ['waiting']);
    return `Not started: ${tenants(countOf(groups, ({ status }) => status === 'PENDING'))} to switch${told && `, ${told}`}`;
  }
  const lead = goesBack ? backLead(groups) : switchedLead(plan, groups, all);
  const told = partsOf(groups, goesBack ? ['rolled back on purpose', 'failed and rolled back'] : []);
  return `${lead}${told && `: ${told}`}`;
}

function switchedLead(plan: PlanSituation, groups: readonly TaskGroup[], all: number): string {
  const switched = countOf(groups, ({ status }) => status === 'COMPLETED');
  const before = plan.status === 'CANCELLED' ? 'Cancelled, ' : plan.intent === 'close' ? 'Closed, ' : '';
  const lead =
    switched === all && all > 0
      ? `${all === 1 ? 'the tenant is' : `all ${number(all)} tenants are`} switched`
      : switched === 0 && !isOpen(plan.status)
        ? 'no tenant is switched'
        : `${number(switched)} of ${tenants(all)} ${switched === 1 || all === 1 ? 'is' : 'are'} switched`;
  return before === '' ? lead[0]?.toUpperCase() + lead.slice(1) : `${before}${lead}`;
}

function backLead(groups: readonly TaskGroup[]): string {
  const of = countOf(groups, isToComeBack);
  const back = countOf(groups, BACK);
  if (of > 0 && back === of) return of === 1 ? 'The tenant is back' : `All ${number(of)} tenants are back`;
  return `${number(back)} of ${tenants(of)} ${back === 1 || of === 1 ? 'is' : 'are'} back`;
}

function partsOf(groups: readonly TaskGroup[], without: readonly Words[]): string {
  return PARTS.flatMap(({ words, is }) => {
    const count = without.includes(words) ? 0 : countOf(groups, is);
    return count > 0 ? [`${number(count)} ${words}`] : [];
  }).join(', ');
}

const number = (count: number): string => count.toLocaleString('en');
const tenants = (count: number): string => `${number(count)} ${count === 1 ? 'tenant' : 'tenants'}`;
