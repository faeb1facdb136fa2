import type { Violation } from './check/history';
import { FAULTS, type Fault } from './faults/faults';
import { asCommandLine, type Options } from './options';
import type { Outcome } from './run';
import { TAKEOVER_SECONDS, type Takeover } from './takeovers';

const SHOWN_OF_EACH = 5;

/** Everything that makes the run a failure: what the judges found, faults that never fired, slow takeovers. */
export function allViolations(
  options: Options,
  { violations, counts, noClocks, takeovers }: Outcome,
): Violation[] {
  const missing = (Object.keys(FAULTS) as Fault[]).filter(
    (fault) => counts.fired[fault] === 0 && !(fault === 'clock' && noClocks) && wanted(fault, options),
  );
  return [
    ...violations,
    ...missing.map((fault) => ({
      invariant: 'every fault fires',
      subject: fault,
      message: `${FAULTS[fault]}: never`,
    })),
    ...(options.timed ? Object.values(TAKEOVER_SECONDS) : []).flatMap((limit) => {
      const held = takeovers.filter((one) => one.limit === limit);
      const p99 = percentile(ascending(held.map((one) => one.lived)), 0.99);
      const message = `${p99.toFixed(1)} s, more than ${limit} s`;
      return p99 > limit ? [{ invariant: 'takeover', subject: 'p99', message }] : [];
    }),
  ];
}

/** The run in words, for a person. */
export function report(options: Options, outcome: Outcome, violations: readonly Violation[]): string[] {
  const { counts, noClocks, takeovers, history, targets, clicks, pages, starts, startMillis, told } = outcome;
  const ready = percentile(ascending(startMillis), 0.5) / 1000;
  const byStatus = countBy(history.tasks.map((one) => one.task.status));
  const completed = history.events.filter((event) => event.kind === 'TaskCompleted').length;
  const applied = history.calls.filter((call) => call.outcome === 'applied').length;
  const shown = pages.reduce((sum, page) => sum + page.seqs.length, 0);
  return [
    '',
    'Faults fired:',
    ...(Object.keys(FAULTS) as Fault[]).map((fault) =>
      fault === 'clock' && noClocks
        ? `  not available here: ${FAULTS[fault]} (no faketime)`
        : `  ${String(counts.fired[fault]).padStart(5)} × ${FAULTS[fault]}`,
    ),
    '',
    `Plans and tasks: ${history.plans.length} plans, ${history.tasks.length} tasks, ${completed} times a task was completed`,
    `  by status: ${inWords(byStatus)}`,
    `  ${history.events.length} events, ${count(history, 'StageSucceeded')} stages done, ${count(history, 'TaskRecovered')} recoveries, ${count(history, 'StepInDoubt')} steps in doubt`,
    `Nodes: ${starts} processes started, ready after ${ready.toFixed(1)} s (p50)`,
    `Operators: ${clicks.done} clicks carried out, ${clicks.refused} refused, ${clicks.lost} without an answer`,
    `Targets: ${history.calls.length} requests, ${applied} changes applied, ${targets.fenced} refused by their epoch, ${targets.failed} answered 503, ${targets.dropped} applied and cut`,
    `Live pages: ${pages.length} pages applied ${shown} events`,
    ...takeoverLines(takeovers),
    `Plans that somebody locked: ${counts.fired.lockPlan}, ${told} of them told of by /readyz meanwhile`,
    '',
    ...violationLines(violations),
    `Again: ${asCommandLine(options)}`,
    `seed ${options.seed}: ${violations.length} violations`,
  ];
}

function takeoverLines(takeovers: readonly Takeover[]): string[] {
  const ofKind = (cause: string) => takeovers.filter((one) => one.cause === cause).length;
  const again = takeovers.filter((one) => one.successorsLost > 0).length;
  const alone = takeovers.filter((one) => !one.disturbed);
  const [short, long] = Object.values(TAKEOVER_SECONDS).map((limit) =>
    times(takeovers.filter((one) => one.limit === limit)),
  );
  return [
    `Takeovers of tasks (${ofKind('kill')} after a kill, ${ofKind('freeze')} after a freeze or a cut): ${times(takeovers)}`,
    `  after a kill, the database well: ${short}`,
    `  after a freeze or a cut, or the database in trouble: ${long}`,
    `  with no other node lost meanwhile: ${times(alone)}`,
    `  ${again} of them counted from the end of a successor that was lost too`,
  ];
}

function times(takeovers: readonly Takeover[]): string {
  if (takeovers.length === 0) return 'none';
  const seconds = ascending(takeovers.map((one) => one.seconds));
  const shown = (share: number) => `${percentile(seconds, share).toFixed(1)} s`;
  return `${takeovers.length}, p50 ${shown(0.5)}, p99 ${shown(0.99)}, longest ${shown(1)}`;
}

const ascending = (values: readonly number[]) => [...values].sort((a, b) => a - b);

function violationLines(violations: readonly Violation[]): string[] {
  return Object.entries(countBy(violations.map((one) => one.invariant))).flatMap(([invariant, times]) => [
    `Violated ${times} ×: ${invariant}`,
    ...violations
      .filter((one) => one.invariant === invariant)
      .slice(0, SHOWN_OF_EACH)
      .map(({ subject, message }) => `  ${subject}: ${message}`),
  ]);
}

/** Whether the options ask for this fault at all. */
function wanted(fault: Fault, options: Options): boolean {
  if (fault === 'kill') return options.kills > 0;
  if (fault === 'freeze') return options.freezes > 0;
  if (fault === 'postgresShutdown') return options.crashes > 0;
  if (fault === 'postgresBackend') return options.crashes > 1;
  if (fault === 'lockPlan') return options.locks > 0;
  if (fault === 'socket') return options.sockets > 0;
  if (fault === 'clock') return true;
  if (fault === 'targetFailing' || fault === 'targetDropping' || fault === 'targetSlow')
    return options.flaps >= 3;
  return (fault.startsWith('database') ? options.databaseFaults : options.targetFaults) >= 4;
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

function countBy(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

const count = (history: Outcome['history'], kind: string) =>
  history.events.filter((event) => event.kind === kind).length;

const inWords = (counts: Record<string, number>) =>
  Object.entries(counts)
    .map(([status, tasks]) => `${tasks} ${status}`)
    .join(', ');
