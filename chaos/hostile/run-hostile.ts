import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { keepBeats } from '@/db/testing/beats';
import { makeProgramFolder } from '@/db/testing/scratch';
import { checkHistory } from '../check/check-history';
import type { History, Violation } from '../check/history';
import { TcpProxy } from '../faults/tcp-proxy';
import { ChaosDatabase } from '../nodes/database';
import { ServerNode } from '../nodes/node';
import { Random } from '../random';
import { readHistory } from '../read-history';
import { Console } from '../work/console';
import { Operators } from '../work/operators';
import { HOSTILE_CLICKS } from './clicks';
import { HostileInstances } from './instances';
import { judgeHostile, type Stall } from './judge';
import { asHostileCommand, type HostileOptions, readHostileOptions } from './options';
import { Planner } from './planner';
import { type HostileOutcome, hostileReport } from './report';
import { endAll } from './rest';

const STOP_MS = 120_000;
const FIRST_VERSION = 'v0';
/** They do not wait for one another. */
const OPERATORS = 4;

/** Runs Switchyard against targets that answer with everything odd. Exit code 1 when a promise was broken. */
export async function mainHostile(args: readonly string[]): Promise<void> {
  const options = readHostileOptions(args);
  const folder = makeProgramFolder();
  const began = performance.now();
  const say = (line: string) =>
    console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${line}`);
  console.log(`Hostile targets with seed ${options.seed}: ${asHostileCommand(options)}`);
  try {
    const outcome = await runHostile(options, folder, say);
    if (outcome.violations.length > 0) keep(options, outcome);
    for (const line of hostileReport(outcome)) console.log(line);
    process.exitCode = outcome.violations.length > 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runHostile(
  options: HostileOptions,
  folder: string,
  say: (line: string) => void,
): Promise<HostileOutcome> {
  const random = new Random(options.seed);
  const violations: Violation[] = [];
  const database = await ChaosDatabase.start(folder);
  const instances = await HostileInstances.start(random.fork('instances'), FIRST_VERSION);
  const stallsFile = path.join(folder, 'stalls');
  const node = await startNode(database, stallsFile, (words) =>
    violations.push({ invariant: 'a node lives until it is killed', subject: 'node', message: words }),
  );
  await keepBeats(database.connection.sql);
  const console_ = new Console([node], random.fork('console'));
  const planner = new Planner(console_, database, random.fork('planner'), options);
  await planner.seed((instance) => instances.url(instance), FIRST_VERSION);
  say('The node is up, the targets answer');
  const from = Date.now();
  let over = false;
  const operators = Array.from(
    { length: OPERATORS },
    (_, index) => new Operators(console_, database, random.fork(`operator ${index}`), HOSTILE_CLICKS),
  );
  const working = [
    planner.run(() => over),
    ...operators.map((one) => one.run(options.clicks / OPERATORS, () => over)),
  ];
  await delay(options.minutes * 60_000);
  over = true;
  await Promise.all(working);
  say('Nobody presses anything any more, and the targets are well');
  instances.becomeWell();
  const left = await endAll(console_, database);
  say(left ? 'It does not come to rest' : 'At rest');
  if (left)
    violations.push({
      invariant: 'comes to an end',
      subject: 'run',
      message: `Left: ${JSON.stringify(left)}`,
    });
  const until = Date.now();
  const shutDown = await node.stop(STOP_MS);
  if (!shutDown)
    violations.push({ invariant: 'stops in order', subject: 'node', message: `Not within ${STOP_MS} ms` });
  const history = await readHistory(database.connection.db, instances.calls, left === null);
  const stalls = readStalls(stallsFile).filter(({ at }) => at >= from && at <= until);
  violations.push(
    ...checkHistory(history),
    ...judgeHostile(history, instances.calls, stalls, node.output),
    ...planner.mistakes,
  );
  await instances.close();
  await node.proxy.close();
  await database.stop();
  return { violations, history, stalls, told: instances.told, clicks: sumOf(operators), planner, node };
}

const sumOf = (operators: readonly Operators[]): Operators['counts'] => ({
  done: operators.reduce((sum, { counts }) => sum + counts.done, 0),
  refused: operators.reduce((sum, { counts }) => sum + counts.refused, 0),
  lost: operators.reduce((sum, { counts }) => sum + counts.lost, 0),
});

async function startNode(
  database: ChaosDatabase,
  stallsFile: string,
  endedByItself: (words: string) => void,
): Promise<ServerNode> {
  const proxy = await TcpProxy.start(() => database.port);
  const env = () => ({
    DATABASE_URL: database.urlThrough(proxy.port),
    LOG_LEVEL: 'warn',
    SWITCHYARD_SECRET_KEY: randomBytes(32).toString('base64'),
    SWITCHYARD_TARGET_ALLOW: '127.0.0.1',
    CHAOS_STALLS_FILE: stallsFile,
    NODE_OPTIONS: [process.env.NODE_OPTIONS, `--import=${stallWatch()}`].filter(Boolean).join(' '),
  });
  const node = new ServerNode('node', proxy, env, false, (_node, words) => endedByItself(words));
  await node.start();
  return node;
}

function stallWatch(): string {
  const here = path.dirname(fileURLToPath(import.meta.url));
  return pathToFileURL(path.resolve(here, 'stall-watch.js')).href;
}

function readStalls(file: string): Stall[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Stall);
}

/** What it takes to find out why: the whole history, every violation, and what the node said. */
function keep(
  { seed }: HostileOptions,
  { history, violations, stalls, node }: HostileOutcome & { history: History },
) {
  const kept = path.resolve('test-results', `hostile-${seed}`);
  mkdirSync(kept, { recursive: true });
  writeFileSync(path.join(kept, 'violations.json'), JSON.stringify(violations, null, 1));
  writeFileSync(path.join(kept, 'history.json'), JSON.stringify(history));
  writeFileSync(path.join(kept, 'stalls.json'), JSON.stringify(stalls));
  writeFileSync(path.join(kept, 'node.log'), node.output.join('\n'));
  console.log(`Kept for a closer look: ${path.relative('.', kept)}`);
}
