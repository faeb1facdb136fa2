import type { Work } from './contenders/contender';
import type { BenchServer } from './database';
import { median } from './figures';
import { spawnProgram } from './system/spawn';

/** What one run of one contender took. */
export interface Run {
  seconds: number;
  /** CPU of the contender's process; that of Postgres is not in it. */
  cpuSeconds: number;
  megabytes: number;
}

/** Who takes part, and with what work where it is not the common one. */
export interface Entrant {
  label: string;
  contender: string;
  work?: Partial<Work>;
}

export interface Standing {
  entrant: Entrant;
  work: Work;
  runs: Run[];
  /** Medians over the runs. */
  seconds: number;
  cpuSeconds: number;
  megabytes: number;
  tasksPerSecond: number;
  stagesPerSecond: number;
}

/** Lets the entrants do the work one after the other, round after round, so that what disturbs disturbs all alike. */
export async function contest(
  server: BenchServer,
  entrants: readonly Entrant[],
  common: Work,
  rounds: number,
): Promise<Standing[]> {
  const runs = new Map<Entrant, Run[]>(entrants.map((entrant) => [entrant, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const entrant of entrants) {
      const run = await once(server, entrant.contender, { ...common, ...entrant.work });
      runs.get(entrant)?.push(run);
      console.log(`  round ${round}: ${entrant.label}: ${run.seconds.toFixed(2)} s`);
    }
  }
  return entrants.map((entrant) =>
    standing(entrant, { ...common, ...entrant.work }, runs.get(entrant) ?? []),
  );
}

function once(server: BenchServer, contender: string, work: Work): Promise<Run> {
  return server.withDatabase(async (url) => {
    const { said, ended } = spawnProgram('contenders/process.ts', [contender, url, JSON.stringify(work)]);
    const result = (await said(/^result (.*)$/))[1] ?? '{}';
    // It closes its connections; only then may the database go.
    await ended;
    return JSON.parse(result) as Run;
  });
}

function standing(entrant: Entrant, work: Work, runs: Run[]): Standing {
  const seconds = median(runs.map((run) => run.seconds));
  return {
    entrant,
    work,
    runs,
    seconds,
    cpuSeconds: median(runs.map((run) => run.cpuSeconds)),
    megabytes: median(runs.map((run) => run.megabytes)),
    tasksPerSecond: work.tasks / seconds,
    stagesPerSecond: (work.tasks * work.stages) / seconds,
  };
}
