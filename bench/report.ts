import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { atLeast, atMost, type Bar } from './bars';
import type { Standing } from './contest';
import { figure } from './figures';
import { barTable, sectionOf, table, withSection } from './markdown';
import { drawing } from './picture';
import type { Busy } from './system/busy';
import type { Watched } from './system/crowd';
import type { Isolation } from './system/isolation';

/** Written by `npm run bench:ui` and kept by this one. */
export const UI_SECTION = 'The console in a browser';
export const PAGE = path.resolve('docs/benchmarks.md');

export interface Results {
  machine: {
    cores: number;
    model: string;
    gigabytes: number;
    node: string;
    postgres: string;
    commitMillis: number;
  };
  race: Standing[];
  sizes: Standing[];
  nodes: Standing[];
  /** Likewise, with stages that wait. */
  waiting: Standing[];
  busy: Busy;
  crowd: Watched[];
  isolation: Isolation;
  restartMillis: number;
}

/** Prints the report; with `keep` it becomes docs/benchmarks.md and its picture. */
export function writeReport(results: Results, { keep }: { keep: boolean }): void {
  const page = [
    '# Benchmarks',
    '',
    intro(results),
    '',
    '![Tasks per second](images/benchmarks.svg)',
    '',
    '## The same work, side by side',
    '',
    race(results),
    '',
    '## What is promised',
    '',
    barTable(bars(results)),
    '',
    '## Growth',
    '',
    growth(results),
    '',
    '## A large plan, and people at work',
    '',
    busy(results),
    '',
    '## Viewers',
    '',
    crowd(results),
    '',
    '## A plan that somebody locks',
    '',
    lockedPlan(results),
    '',
  ].join('\n');
  console.log(`\n${page}`);
  if (!keep) return;
  mkdirSync(path.resolve('docs/images'), { recursive: true });
  const kept = existsSync(PAGE) ? sectionOf(readFileSync(PAGE, 'utf8'), UI_SECTION) : '';
  writeFileSync(PAGE, kept === '' ? page : withSection(page, UI_SECTION, kept));
  writeFileSync(path.resolve('docs/images/benchmarks.svg'), drawing(results.race));
}

function intro({ machine, race: standings }: Results): string {
  const { tasks, stages, concurrency, connections } = of(standings, 'Switchyard').work;
  return [
    `Written by \`npm run bench\` on ${machine.cores} cores (${machine.model}), ${Math.round(machine.gigabytes)} GB, Node ${machine.node},`,
    `PostgreSQL ${machine.postgres} from the package, durable (fsync on; one row committed in ${figure(machine.commitMillis)} ms). Numbers of another machine differ; the ratios are what counts.`,
    'How to read it, what was tried and what costs most: [performance.md](performance.md).',
    '',
    `The work: ${tasks.toLocaleString('en')} tasks of ${stages} stages, at most ${concurrency} at once, over ${connections} connections. A stage does nothing but`,
    'store that it is done before the next begins. Everybody runs in one process on the same server, one after the other,',
    `round after round; the median of ${standings[0]?.runs.length} rounds counts. Switchyard also holds two limits (per plan and per tenant),`,
    'fences by epoch and writes the event log; the others do none of that.',
  ].join('\n');
}

function race({ race: standings }: Results): string {
  const own = of(standings, 'Switchyard');
  return table(
    ['who', 'tasks/s', 'stage commits/s', 'Switchyard to it', 'CPU s of the process', 'memory MB'],
    standings.map((one) => [
      one.entrant.label,
      one.entrant.contender === 'bare-inserts' ? '–' : figure(one.tasksPerSecond),
      figure(one.stagesPerSecond),
      figure(own.stagesPerSecond / one.stagesPerSecond),
      figure(one.cpuSeconds),
      figure(one.megabytes),
    ]),
  );
}

/** Every figure that has a bar, in the order in which the promises are made. */
export function bars({
  race: standings,
  sizes,
  nodes,
  waiting,
  busy: measured,
  crowd: watched,
  isolation,
  restartMillis,
}: Results): Bar[] {
  const own = of(standings, 'Switchyard');
  const over = (label: string) => own.tasksPerSecond / of(standings, label).tasksPerSecond;
  const bare = of(standings, 'bare inserts').stagesPerSecond;
  const perTask = (one: Standing | undefined) => (one ? one.seconds / one.work.tasks : Number.NaN);
  const growthRatio = perTask(sizes.at(-1)) / perTask(sizes[0]);
  const lost =
    1 -
    (watched.at(-1)?.tasksPerSecond ?? 0) / (watched.find((one) => one.viewers === 0)?.tasksPerSecond ?? 1);
  const slowest = Math.max(...measured.requests.map((one) => one.max));
  return [
    atLeast('tasks/s, to DBOS Transact with own rows', over('DBOS Transact, own rows'), 1.5),
    atLeast('tasks/s, to DBOS Transact with runStep', over('DBOS Transact, runStep'), 1),
    atLeast('tasks/s, to pg-boss work()', over('pg-boss work()'), 5),
    atLeast('tasks/s, to graphile-worker’s local queue', over('graphile-worker, local queue'), 0.8),
    atLeast(
      'stage commits over ten plans, to bare inserts',
      of(standings, 'Switchyard, ten plans').stagesPerSecond / bare,
      0.3,
    ),
    atLeast('stage commits within one plan, to bare inserts', own.stagesPerSecond / bare, 0.3),
    atLeast('two processes, ten plans, to one', among(nodes, 1), 0.95),
    atLeast('four processes, ten plans, to one', among(nodes, 2), 0.85),
    atLeast('two processes, stages that wait 200 ms, to one', among(waiting, 1), 1.8),
    atLeast('four processes, stages that wait 200 ms, to one', among(waiting, 2), 3.6),
    atMost('click to running, p95, loaded', measured.clickToRunning.p95, 60, 'ms'),
    atMost('commit to browser, p95, loaded', measured.commitToBrowser.p95, 200, 'ms'),
    atMost(
      `creating a plan of ${measured.tasks.toLocaleString('en')} tasks`,
      measured.createMillis,
      2000,
      'ms',
    ),
    atMost('slowest request while it runs', slowest, 300, 'ms'),
    atMost('cost of a task, largest plan to smallest', growthRatio, 1.3),
    atMost('throughput lost to 100 viewers', lost * 100, 10, '%'),
    atMost(
      `stages of other plans, p95, while one is locked for ${isolation.seconds} s, to before`,
      isolation.duringMillis / isolation.beforeMillis,
      1.5,
    ),
    atMost('embedded database, started again', restartMillis, 300, 'ms'),
  ];
}

/** The speed of one to that of the first. */
const among = (standings: readonly Standing[], place: number): number =>
  (standings[place]?.tasksPerSecond ?? Number.NaN) / (standings[0]?.tasksPerSecond ?? Number.NaN);

function growth({ sizes, nodes, waiting }: Results): string {
  const rows = (standings: readonly Standing[]) =>
    standings.map((one) => [
      one.entrant.label,
      figure(one.tasksPerSecond),
      figure((one.seconds / one.work.tasks) * 1000),
    ]);
  return [
    table(['plan', 'tasks/s', 'ms a task'], rows(sizes)),
    '',
    'Several processes share the plans: each plan is driven by one of them. They also share the cores of this machine with',
    'Postgres, so they show what sharing costs, not what more machines bring.',
    '',
    table(['processes', 'tasks/s', 'ms a task'], rows(nodes)),
    '',
    'With stages that wait 200 ms for their target and room for 20 tasks in each process:',
    '',
    table(['processes', 'tasks/s', 'ms a task'], rows(waiting)),
  ].join('\n');
}

function busy({ busy: measured }: Results): string {
  const { clickToRunning: click, commitToBrowser: push } = measured;
  return [
    `A plan of ${measured.tasks.toLocaleString('en')} tasks with 4 KiB of configuration each runs through the whole program: three real HTTP calls a task,`,
    `${figure(measured.tasksPerSecond)} tasks/s. One page follows it, an operator starts other plans, and somebody looks at every page.`,
    '',
    table(
      ['', 'p50 ms', 'p95 ms', 'p99 ms'],
      [
        ['click to running', figure(click.p50), figure(click.p95), figure(click.p99)],
        ['commit to browser', figure(push.p50), figure(push.p95), figure(push.p99)],
      ],
    ),
    '',
    table(
      ['request', 'asked', 'p50 ms', 'slowest ms'],
      measured.requests.map((one) => [
        `\`${one.procedure}\``,
        `${one.count}`,
        figure(one.p50),
        figure(one.max),
      ]),
    ),
  ].join('\n');
}

function crowd({ crowd: watched }: Results): string {
  const alone = watched.find((one) => one.viewers === 0)?.tasksPerSecond ?? Number.NaN;
  return [
    'Pages that follow the same plan and take every event, on the same two cores as everything else.',
    '',
    table(
      ['viewers', 'tasks/s', 'to none'],
      watched.map((one) => [
        `${one.viewers}`,
        figure(one.tasksPerSecond),
        figure(one.tasksPerSecond / alone),
      ]),
    ),
  ].join('\n');
}

function lockedPlan({ isolation: { seconds, beforeMillis, duringMillis, told } }: Results): string {
  return [
    `Six plans run, and somebody holds the row of one for ${seconds} s. Stages of the others took ${figure(beforeMillis)} ms before and`,
    `${figure(duringMillis)} ms meanwhile (p95; 200 of it is what they wait). \`/readyz\` said of the plan: ${told.replace(/^.*?: /, '')}`,
  ].join('\n');
}

function of(standings: readonly Standing[], label: string): Standing {
  const found = standings.find((one) => one.entrant.label === label);
  if (!found) throw new Error(`${label} did not take part`);
  return found;
}
