import type { Failure } from '@/domain/failure';
import type { History, Violation } from '../check/history';
import type { ServerNode } from '../nodes/node';
import type { Operators } from '../work/operators';
import { MOST_STALL_MS, type Stall } from './judge';
import type { Planner } from './planner';

/** What is known when a hostile run is over. */
export interface HostileOutcome {
  violations: Violation[];
  history: History;
  stalls: Stall[];
  /** How often each odd answer was told. */
  told: ReadonlyMap<string, number>;
  clicks: Operators['counts'];
  planner: Pick<Planner, 'plans' | 'refused'>;
  node: ServerNode;
}

const SHOWN_OF_EACH = 5;

/** The run in words, for a person. */
export function hostileReport(outcome: HostileOutcome): string[] {
  const { history, stalls, told, clicks, planner, violations } = outcome;
  const byStatus = countBy(history.tasks.map((one) => one.task.status));
  const codes = countBy(
    history.events.flatMap(({ kind, payload }) =>
      kind === 'StepFailed' ? [(payload as { failure: Failure }).failure.code] : [],
    ),
  );
  const odd = [...told.values()].reduce((sum, count) => sum + count, 0);
  const longest = Math.max(0, ...stalls.map(({ own }) => own));
  const groups = new Map<string, Violation[]>();
  for (const one of violations) groups.set(one.invariant, [...(groups.get(one.invariant) ?? []), one]);
  return [
    '',
    `${planner.plans.length} plans, ${history.tasks.length} tasks: ${inWords(byStatus)}`,
    `${history.calls.length} calls, ${odd} of them answered in one of ${told.size} odd ways`,
    `Steps that failed, by code: ${inWords(codes)}`,
    `Clicks: ${clicks.done} done, ${clicks.refused} refused, ${clicks.lost} without an answer`,
    `Longest stall of the server: ${Math.round(longest)} ms (at most ${MOST_STALL_MS})`,
    ...[...planner.refused].map(([reason, count]) => `Refused ${count} times: ${reason}`),
    '',
    violations.length === 0 ? 'No promise was broken.' : `${violations.length} promises were broken:`,
    ...[...groups].flatMap(([invariant, some]) => [
      `  ${invariant}: ${some.length}`,
      ...some.slice(0, SHOWN_OF_EACH).map(({ subject, message }) => `    ${subject}: ${message}`),
    ]),
  ];
}

function countBy(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

const inWords = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
