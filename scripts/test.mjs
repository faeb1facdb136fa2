/**
 * Runs the checks and tests named on the command line, all by default, and ends with one line of totals. The numbers
 * come from the test runners' own reports; types, lint, unused code and the build count as one check each.
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { Interrupted, run, runBeside, runStep, StepError, stopwatch } from './processes.mjs';
import { programs, root } from './project.mjs';
import { playwrightTotals, vitestTotals } from './test-reports.mjs';

/** @typedef {import('./test-reports.mjs').Totals} Totals */
/** @typedef {{ totals: Totals, output: string }} Reported */

const reports = join(root, 'test-results');
/** Biome colours its messages even where nobody sees colours. */
const plain = process.stdout.isTTY ? [] : ['--colors=off'];
const passed = { passed: 1, failed: 0, skipped: 0 };
const failed = { passed: 0, failed: 1, skipped: 0 };

/**
 * `beside`: what a step does that only computes, and so may run in the time in which the others wait. It says nothing
 * until it is over.
 * @type {Record<string, { title: string, run: () => Promise<Totals>, beside?: () => Promise<Reported> }>}
 */
const steps = {
  types: {
    title: 'Types',
    run: () =>
      check(async () => {
        // Without it tsc trips over the types of routes that are gone.
        await runStep('next typegen', process.execPath, [programs.next, 'typegen']);
        await runStep('tsc', process.execPath, [programs.tsc, '--noEmit']);
      }),
  },
  lint: {
    title: 'Lint and import rules',
    run: () => check(() => node('biome', programs.biome, 'ci', ...plain, '.')),
  },
  unused: { title: 'Unused code and packages', run: () => check(() => node('knip', programs.knip)) },
  unit: { title: 'Unit tests', run: () => vitest('unit') },
  simulation: {
    title: 'Simulation',
    run: () => vitest('simulation'),
    beside: () => vitestBeside('simulation'),
  },
  db: { title: 'Database tests', run: () => vitest('db', 'db-apart') },
  build: { title: 'Build', run: () => check(ensureBuilt) },
  e2e: { title: 'End-to-end tests', run: playwright },
  chaos: {
    title: 'Chaos and hostile targets, short runs',
    run: () =>
      check(async () => {
        await ensureBuilt();
        const chaos = ['--enable-source-maps', join(root, 'dist', 'chaos', 'main.js')];
        await node('chaos', ...chaos, '--short');
        await node('hostile targets', ...chaos, '--hostile', '--short');
      }),
  },
};

/**
 * @param {string} name
 * @param {string} program
 * @param {string[]} args
 */
function node(name, program, ...args) {
  return runStep(name, process.execPath, [program, ...args]);
}

/**
 * @param {() => Promise<void>} step
 * @returns {Promise<Totals>}
 */
async function check(step) {
  try {
    await step();
    return passed;
  } catch (error) {
    if (!(error instanceof StepError) || error instanceof Interrupted) throw error;
    console.error(error.message);
    return { ...failed, failures: [error.message] };
  }
}

/**
 * @param {string} project
 * @param {string[]} others Those that count with it.
 */
async function vitest(project, ...others) {
  const report = freshReport(project);
  return vitestTotals(report, await run(process.execPath, vitestArguments(report, project, ...others)));
}

/**
 * @param {string} project
 * @returns {Promise<Reported>}
 */
async function vitestBeside(project) {
  const report = freshReport(project);
  const { code, output } = await runBeside(process.execPath, vitestArguments(report, project));
  return { totals: vitestTotals(report, code), output };
}

/**
 * @param {string} report
 * @param {string[]} projects
 */
function vitestArguments(report, ...projects) {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  return [programs.vitest, 'run', ...projects.map((project) => `--project=${project}`), ...reporters];
}

async function playwright() {
  const report = freshReport('e2e-report');
  const env = { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: report };
  const code = await run(process.execPath, [programs.playwright, 'test', '--reporter=list,json'], env);
  return playwrightTotals(report, code);
}

/** @param {string} name */
function freshReport(name) {
  const report = join(reports, `${name}.json`);
  rmSync(report, { force: true });
  return report;
}

/**
 * The reference machine has everything the tests need: what is skipped there is not tested anywhere. Programs that
 * could not be installed are nobody's fault.
 *
 * @param {Totals} totals
 */
function skipsFail({ skipped, excused = 0 }) {
  return skipped > excused && userInfo().uid === 0 && existsSync('/etc/debian_version');
}

/** @param {string[]} names */
async function main(names) {
  const unknown = names.filter((name) => !steps[name]);
  if (unknown.length > 0)
    throw new StepError(`Unknown: ${unknown.join(', ')}. Known: ${Object.keys(steps).join(', ')}.`);
  mkdirSync(reports, { recursive: true });
  const totalsFile = join(reports, 'totals.txt');
  rmSync(totalsFile, { force: true });
  const all = stopwatch();
  const done = await runAll(names);
  /** @type {Totals} */
  const sum = { passed: 0, failed: 0, skipped: 0, excused: 0 };
  for (const { totals } of done)
    for (const key of /** @type {const} */ (['passed', 'failed', 'skipped', 'excused']))
      sum[key] += totals[key] ?? 0;
  const lines = done.map(
    ({ title, totals, took }) => `  ${totals.failed > 0 ? '✗' : '✓'} ${title}: ${inWords(totals)} (${took})`,
  );
  console.log(`\n── Summary, ${all()} ──\n${lines.join('\n')}`);
  for (const { title, totals } of done)
    for (const said of totals.failures ?? []) console.log(`\n✗ ${title}: ${said.replaceAll('\n', '\n    ')}`);
  if (skipsFail(sum)) console.log('Nothing may be skipped on the reference machine (root on Debian).');
  writeFileSync(totalsFile, `${inWords(sum)}\n`);
  console.log(inWords(sum));
  return sum.failed > 0 || skipsFail(sum) ? 1 : 0;
}

/**
 * One step after the other, with those that may beside them.
 *
 * @param {string[]} names
 * @returns {Promise<{ title: string, totals: Totals, took: string }[]>} in the order of the names
 */
async function runAll(names) {
  const inFront = names.filter((name) => !steps[name].beside);
  const behind = inFront.length > 0 ? names.filter((name) => steps[name].beside) : [];
  /** @type {Map<string, { title: string, totals: Totals, took: string }>} */
  const done = new Map();
  const running = behind.map((name) => startBeside(name));
  try {
    for (const name of behind.length > 0 ? inFront : names) {
      const { title, run: runOne } = steps[name];
      const seconds = stopwatch();
      console.log(`\n── ${title} ──`);
      done.set(name, { title, totals: await runOne(), took: seconds() });
    }
  } finally {
    // Also after an interruption: it reaches them as well, and none may stay behind.
    await Promise.allSettled(running.map(({ over }) => over));
  }
  for (const { name, title, over } of running) {
    const { totals, output, took } = await over;
    console.log(`\n── ${title}, beside the others ──\n${output.trimEnd()}`);
    done.set(name, { title, totals, took });
  }
  return names.flatMap((name) => done.get(name) ?? []);
}

/** @param {string} name */
function startBeside(name) {
  const { title, beside } = steps[name];
  const seconds = stopwatch();
  console.log(`${title} runs beside the others, in the time they leave; what it says comes last.`);
  const over = (async () => {
    const reported = await beside();
    console.log(`(${title} is over: ${inWords(reported.totals)}, ${seconds()})`);
    return { ...reported, took: seconds() };
  })();
  // Whoever waits for it in the end hears of a failure; nobody does before.
  over.catch(() => {});
  return { name, title, over };
}

/** @param {Totals} totals */
function inWords({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

try {
  const names = process.argv.slice(2);
  process.exitCode = await main(names.length > 0 ? names : Object.keys(steps));
} catch (error) {
  if (!(error instanceof StepError)) throw error;
  console.error(error.message);
  process.exitCode = error instanceof Interrupted ? 130 : 2;
}
