import { bareInserts } from './bare-inserts';
import type { Contender, Work } from './contender';
import { dbosRows, dbosSteps } from './dbos';
import { graphile } from './graphile';
import { pgBoss } from './pg-boss';
import { skipLocked } from './skip-locked';
import { switchyard } from './switchyard';

/** One contender in a process of its own: says how long the work took, and what the process needed for it. */
const CONTENDERS: Record<string, Contender> = {
  switchyard,
  'dbos-steps': dbosSteps,
  'dbos-rows': dbosRows,
  'pg-boss': pgBoss,
  graphile,
  'skip-locked': skipLocked,
  'bare-inserts': bareInserts,
};

const [name = '', url = '', work = '{}'] = process.argv.slice(2);
const contender = CONTENDERS[name];
if (!contender) throw new Error(`No contender ${name}`);
const prepared = await contender(url, JSON.parse(work) as Work);
const began = performance.now();
const cpu = process.cpuUsage();
await prepared.run();
const seconds = (performance.now() - began) / 1000;
const { user, system } = process.cpuUsage(cpu);
const cpuSeconds = (user + system) / 1_000_000;
const megabytes = process.resourceUsage().maxRSS / 1024;
console.log(`result ${JSON.stringify({ seconds, cpuSeconds, megabytes })}`);
await prepared.close();
process.exit(0);
