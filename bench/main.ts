import { availableParallelism, cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import type { Work } from './contenders/contender';
import { contest, type Entrant } from './contest';
import { startBenchServer } from './database';
import { type Results, writeReport } from './report';
import { measureBusy } from './system/busy';
import { measureCrowd } from './system/crowd';
import { measureIsolation } from './system/isolation';
import { measureRestart } from './system/restart';

/**
 * Measures Switchyard against what one would use instead, on this machine, in one run, and writes docs/benchmarks.md
 * with its picture. `--quick` does little of everything and writes nothing: it shows that the bench works.
 */
const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const { quick } = values;
const rounds = quick ? 1 : 5;
const fewerRounds = quick ? 1 : 3;
const tasks = quick ? 100 : 1000;

const WORK: Work = { tasks, stages: 3, concurrency: 50, connections: 10, plans: 1, nodes: 1 };

const CONTEST: Entrant[] = [
  { label: 'Switchyard', contender: 'switchyard' },
  { label: 'Switchyard, ten plans', contender: 'switchyard', work: { plans: 10 } },
  { label: 'graphile-worker, local queue', contender: 'graphile' },
  { label: 'own rows, SKIP LOCKED', contender: 'skip-locked' },
  { label: 'DBOS Transact, own rows', contender: 'dbos-rows' },
  { label: 'DBOS Transact, runStep', contender: 'dbos-steps' },
  { label: 'pg-boss work()', contender: 'pg-boss' },
  { label: 'bare inserts', contender: 'bare-inserts' },
];

const SIZES: Entrant[] = [100, 1000, 10_000].map((size) => ({
  label: `${size.toLocaleString('en')} tasks`,
  contender: 'switchyard',
  work: { tasks: quick ? size / 10 : size },
}));

const NODES: Entrant[] = [1, 2, 4].map((nodes) => ({
  label: nodes === 1 ? 'one process' : `${nodes} processes`,
  contender: 'switchyard',
  work: { nodes, plans: 10 },
}));

/** Where targets take their time, what limits a process is its room. */
const WAITING: Entrant[] = [1, 2, 4].map((nodes) => ({
  label: nodes === 1 ? 'one process' : `${nodes} processes`,
  contender: 'switchyard',
  work: { nodes, plans: 8, tasks: quick ? 80 : 400, slots: 20, stageSeconds: 0.2 },
}));

const server = await startBenchServer();
try {
  console.log('The same work, side by side');
  const race = await contest(server, CONTEST, WORK, rounds);
  console.log('Growth with the plan');
  const sizes = await contest(server, SIZES, WORK, fewerRounds);
  console.log('Several processes');
  const nodes = await contest(server, NODES, WORK, rounds);
  const waiting = await contest(server, WAITING, WORK, 1);
  console.log('A large plan, and people at work');
  const busy = await measureBusy(server, quick ? 300 : 10_000);
  console.log('Viewers');
  const crowd = await measureCrowd(server, tasks, [0, 1, 10, 100], fewerRounds);
  console.log('Somebody holds the row of one plan');
  const isolation = await measureIsolation(server, quick ? 3 : 30);
  console.log('The database, started again');
  const restartMillis = await measureRestart(5);
  const results: Results = {
    machine: {
      cores: availableParallelism(),
      model: cpus()[0]?.model ?? 'unknown',
      gigabytes: totalmem() / 1024 ** 3,
      node: process.version,
      postgres: server.version,
      commitMillis: await server.commitMillis(),
    },
    race,
    sizes,
    nodes,
    waiting,
    busy,
    crowd,
    isolation,
    restartMillis,
  };
  writeReport(results, { keep: !quick });
} finally {
  await server.stop();
}
process.exit(0);
