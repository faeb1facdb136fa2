import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeProgramFolder } from '@/db/testing/scratch';
import { isHostile } from './hostile/options';
import { mainHostile } from './hostile/run-hostile';
import { asCommandLine, type Options, readOptions } from './options';
import { allViolations, report } from './report';
import { type Outcome, runChaos } from './run';

/** Runs Switchyard under faults and says what became of it. Exit code 1 when a promise was broken. */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const folder = makeProgramFolder();
  const began = performance.now();
  const say = (line: string) =>
    console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${line}`);
  console.log(`Chaos with seed ${options.seed}: ${asCommandLine(options)}`);
  try {
    const outcome = await runChaos(options, folder, say);
    const violations = allViolations(options, outcome);
    if (violations.length > 0) keep(options, outcome, violations);
    for (const line of report(options, outcome, violations)) console.log(line);
    process.exitCode = violations.length > 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What it takes to find out why: the whole history, every violation, and what the nodes said. */
function keep(
  options: Options,
  { history, nodes, takeovers }: Outcome,
  violations: readonly unknown[],
): void {
  const kept = path.resolve('test-results', `chaos-${options.seed}`);
  mkdirSync(kept, { recursive: true });
  writeFileSync(path.join(kept, 'violations.json'), JSON.stringify(violations, null, 1));
  writeFileSync(path.join(kept, 'history.json'), JSON.stringify(history));
  const slowest = [...takeovers].sort((a, b) => b.seconds - a.seconds);
  writeFileSync(path.join(kept, 'takeovers.json'), JSON.stringify(slowest, null, 1));
  for (const { name, output } of nodes)
    writeFileSync(path.join(kept, `${name.replace(' ', '-')}.log`), output.join('\n'));
  console.log(`Kept for a closer look: ${path.relative('.', kept)}`);
}

await (isHostile(process.argv) ? mainHostile(process.argv.slice(2)) : main()).then(
  // A socket or timer somewhere must not keep a run from ending that is over.
  () => process.exit(),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
