import type { CommittedEvent, TaskRecord, Violation } from '../check/history';
import type { PageLog } from './page-log';

/**
 * Whether every page showed the plan as the event table tells it: each event once, in order, none missing; and at the
 * end the same state of every task as its row.
 */
export function checkPages(
  pages: readonly PageLog[],
  open: ReadonlySet<PageLog>,
  events: readonly CommittedEvent[],
  tasks: readonly TaskRecord[],
): Violation[] {
  const byPlan = new Map<string, CommittedEvent[]>();
  for (const event of events)
    byPlan
      .set(event.planId, byPlan.get(event.planId) ?? [])
      .get(event.planId)
      ?.push(event);
  const byTask = new Map(tasks.map((one) => [one.task.taskId, one]));
  return pages.flatMap((page, index) => {
    const table = byPlan.get(page.planId) ?? [];
    const subject = `${page.planId}, page ${index}`;
    const found = checkLog(page, table, subject);
    const last = table.length;
    if (open.has(page) && page.planSeq !== last)
      found.push(live(subject, `ends at ${page.planSeq} and not at ${last}`));
    return page.planSeq === last ? [...found, ...checkTasks(page, byTask, subject)] : found;
  });
}

function checkLog(page: PageLog, table: readonly CommittedEvent[], subject: string): Violation[] {
  const skips = new Map(page.skipped);
  // One snapshot may follow another with no event in between.
  const afterSkips = (seq: number): number => {
    const to = skips.get(seq);
    return to === undefined ? seq : afterSkips(to + 1);
  };
  let expected = page.from + 1;
  for (const [index, seq] of page.seqs.entries()) {
    expected = afterSkips(expected);
    if (seq !== expected) {
      const what = seq < expected ? 'applied again' : 'applied too early';
      return [live(subject, `event ${seq} was ${what}: ${expected} was next`)];
    }
    if (table[seq - 1]?.kind !== page.kinds[index])
      return [live(subject, `event ${seq} is ${table[seq - 1]?.kind} and was shown as ${page.kinds[index]}`)];
    expected += 1;
  }
  expected = afterSkips(expected);
  return expected === page.planSeq + 1
    ? []
    : [live(subject, `it stands at ${page.planSeq}, but ${expected} was never shown`)];
}

function checkTasks(page: PageLog, rows: ReadonlyMap<string, TaskRecord>, subject: string): Violation[] {
  return page.tasks().flatMap((shown) => {
    const row = rows.get(shown.taskId)?.task;
    if (!row) return [live(subject, `${shown.taskId} is shown and does not exist`)];
    const fields = ['status', 'direction', 'stageIndex', 'attempt', 'retryCount', 'stageStarted'] as const;
    const wrong = fields.filter((field) => shown[field] !== row[field]);
    if (Boolean(shown.request) !== Boolean(row.request)) return [live(subject, `${shown.taskId}: request`)];
    return wrong.map((field) =>
      live(subject, `${shown.taskId} is shown with ${field} ${shown[field]}, its row says ${row[field]}`),
    );
  });
}

const live = (subject: string, message: string): Violation => ({
  invariant: 'a page shows what the event table tells',
  subject,
  message,
});
