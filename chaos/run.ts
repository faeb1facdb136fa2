import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { keepBeats, readBeats } from '@/db/testing/beats';
import { checkHistory } from './check/check-history';
import type { History, InstanceRecord, Violation } from './check/history';
import { FaultCounts } from './faults/faults';
import { HEALTHY, Injector } from './faults/injector';
import { TcpProxy } from './faults/tcp-proxy';
import { inTime } from './in-time';
import { checkPages } from './live/check-pages';
import { Crowd } from './live/crowd';
import type { PageLog } from './live/page-log';
import { shiftedClock } from './nodes/clocks';
import { ChaosDatabase } from './nodes/database';
import { ServerNode } from './nodes/node';
import type { Options } from './options';
import { Random } from './random';
import { readHistory } from './read-history';
import { type Takeover, Takeovers } from './takeovers';
import type { Behaviour } from './targets/protocol';
import { type TargetReport, Targets } from './targets/targets';
import { comeToRest } from './work/come-to-rest';
import { Console } from './work/console';
import { Feeder } from './work/feeder';
import { FIRST_VERSION, seed } from './work/fleet-plan';
import { Operators } from './work/operators';

const TARGET_PROXIES = 6;
/** While it comes to rest nothing is to be shown any more. */
const QUICK: Behaviour = { ...HEALTHY, latency: [5, 50] };
/** Fewer than the plans want: they share them. */
const SLOTS = '15';
const CUT_EVERY_MS = 12_000;
/** For what only ends a run that hangs: a busy machine takes long, and none of it costs anything when all is well. */
const REST_MS = 300_000;
const CAUGHT_UP_MS = 300_000;
const LEAVE_MS = 120_000;
const WORK_MS = 300_000;
const STOP_MS = 300_000;

/** What is known when a run is over. */
export interface Outcome {
  violations: Violation[];
  counts: FaultCounts;
  /** Nodes cannot have their clocks shifted on this machine. */
  noClocks: boolean;
  takeovers: Takeover[];
  history: History;
  targets: TargetReport['counts'];
  clicks: Operators['counts'];
  pages: PageLog[];
  starts: number;
  /** How long those took that got ready, in milliseconds. */
  startMillis: number[];
  nodes: readonly ServerNode[];
  /** How many of the locked plans a node told of. */
  told: number;
}

/** One whole run in `folder`: builds everything up, lets it suffer, heals it, and judges what it left behind. */
export async function runChaos(
  options: Options,
  folder: string,
  say: (line: string) => void,
): Promise<Outcome> {
  const random = new Random(options.seed);
  const counts = new FaultCounts();
  const violations: Violation[] = [];
  const database = await ChaosDatabase.start(folder);
  const targets = await Targets.start(options.seed, FIRST_VERSION, TARGET_PROXIES);
  const nodes = await startNodes(options, database, (node, words) => {
    violations.push({ invariant: 'a node lives until it is killed', subject: node.name, message: words });
    say(`${node.name} ended by itself`);
  });
  await keepBeats(database.connection.sql);
  say(`${nodes.length} nodes are up`);

  const console_ = new Console(nodes, random.fork('console'));
  await seed(console_, targets, options.tenants);
  targets.behave(HEALTHY);
  const planSize = Math.max(10, Math.ceil(options.tenants / 5));
  const feeder = new Feeder(console_, database, random.fork('feeder'), {
    tenants: options.tenants,
    planSize,
    backlog: planSize * 2,
    tasks: options.tasks,
  });
  const operators = new Operators(console_, database, random.fork('operators'));
  const crowd = new Crowd(console_, random.fork('crowd'));
  const takeovers = new Takeovers(database);
  const injector = new Injector({ nodes, database, targets, takeovers, counts, random, say });
  let over = false;
  let steady = false;
  const working = [feeder.run(() => over), operators.run(options.clicks, () => over)];
  crowd.start(
    options.sockets,
    () => feeder.plans,
    CUT_EVERY_MS,
    () => steady,
  );

  await underWay(database, nodes.length);
  await injector.run(options);
  over = true;
  say('No more faults; coming to rest');
  await injector.heal();
  targets.behave(QUICK);
  await Promise.all(working);
  const left = await comeToRest(console_, database, REST_MS);
  if (left)
    violations.push({ invariant: 'comes to rest', subject: 'run', message: `Left: ${JSON.stringify(left)}` });
  say(left ? 'It does not come to rest' : 'At rest');
  steady = true;
  const open = await caughtUp(crowd, database);
  say('Every page is at the end of its plan, or had the time for it');
  await inTime(crowd.close(), LEAVE_MS, 'Everybody leaves');
  counts.note('socket', crowd.cuts);
  counts.note(
    'clock',
    nodes.filter((node) => node.shiftedClock).reduce((sum, node) => sum + node.starts, 0),
  );
  for (const stopped of await Promise.all(nodes.map((node) => node.stop(STOP_MS))))
    if (!stopped)
      violations.push({ invariant: 'stops in order', subject: 'node', message: `Not within ${STOP_MS} ms` });

  const report = await targets.report(folder);
  const beats = await readBeats(database.connection.sql);
  const history = await readHistory(
    database.connection.db,
    report.calls,
    left === null,
    instancesIn(report.versions),
  );
  violations.push(
    ...checkHistory(history),
    ...checkPages(crowd.pages(), open, history.events, history.tasks),
  );
  await targets.close();
  await Promise.all(nodes.map((node) => node.proxy.close()));
  await database.stop();
  return {
    violations,
    counts,
    noClocks: nodes.every((node) => !node.shiftedClock),
    takeovers: await takeovers.measure(history.events, beats),
    history,
    targets: report.counts,
    clicks: operators.counts,
    pages: crowd.pages(),
    starts: nodes.reduce((sum, node) => sum + node.starts, 0),
    startMillis: nodes.flatMap((node) => node.startMillis),
    nodes,
    told: injector.told,
  };
}

/** What the instances said they run, by the name of each. */
function instancesIn(versions: Readonly<Record<string, string>>): InstanceRecord[] {
  return Object.entries(versions).map(([instance, version]) => ({
    tenantId: instance.slice(0, instance.lastIndexOf('-')),
    instance,
    version,
  }));
}

async function startNodes(
  options: Options,
  database: ChaosDatabase,
  endedByItself: (node: ServerNode, words: string) => void,
): Promise<ServerNode[]> {
  const key = randomBytes(32).toString('base64');
  const nodes: ServerNode[] = [];
  for (let index = 0; index < options.nodes; index += 1) {
    const proxy = await TcpProxy.start(() => database.port);
    // One node's clock is right; the others are an hour early and late.
    const shift = [null, '+1h', '-1h'][index % 3];
    const clock = shift ? shiftedClock(shift) : null;
    const env = () => ({
      DATABASE_URL: database.urlThrough(proxy.port),
      EXECUTOR_SLOTS: SLOTS,
      LOG_LEVEL: 'warn',
      SWITCHYARD_SECRET_KEY: key,
      SWITCHYARD_TARGET_ALLOW: '127.0.0.1',
      ...clock,
    });
    const node = new ServerNode(`node ${index + 1}`, proxy, env, clock !== null, endedByItself);
    nodes.push(node);
    await node.start();
  }
  return nodes;
}

/** Waits until every node runs something: a fault that meets nobody at work shows nothing. */
async function underWay(database: ChaosDatabase, nodes: number): Promise<void> {
  const deadline = performance.now() + WORK_MS;
  while (performance.now() < deadline) {
    const rows = await database.patiently(
      ({ sql }) =>
        sql`select node_id from task where status = 'RUNNING' and node_id is not null group by node_id`,
    );
    if (rows && rows.length >= nodes) return;
    await delay(100);
  }
}

/** Waits until every open page stands at the end of its plan; who does not is found by the check. */
async function caughtUp(crowd: Crowd, database: ChaosDatabase): Promise<ReadonlySet<PageLog>> {
  const rows = await database.patiently(
    ({ sql }) => sql<{ planId: string; planSeq: number }[]>`select plan_id, plan_seq from plan`,
  );
  const ends = new Map((rows ?? []).map((row) => [row.planId, Number(row.planSeq)]));
  const deadline = performance.now() + CAUGHT_UP_MS;
  while (performance.now() < deadline) {
    if (crowd.openPages().every((page) => page.planSeq === ends.get(page.planId))) break;
    await delay(200);
  }
  return new Set(crowd.openPages());
}
