/**
 * The one way into every command: "npm run <command>" works on a fresh clone. Plain Node without any package,
 * because it is what installs them.
 */
import { ensureBenchInstalled, ensureInstalled } from './install.mjs';
import { Interrupted, run, runStep, StepError } from './processes.mjs';
import { programs, root } from './project.mjs';

/** @type {Record<string, (args: string[]) => Promise<number>>} */
const commands = {
  start: (args) => runBuilt('dist/server/main.js', args),
  demo: (args) => runBuilt('dist/scripts/demo.js', args),
  bench: runBench,
  'bench:ui': runUiBench,
  screenshots: takeScreenshots,
  chaos: (args) => runBuilt('dist/chaos/main.js', args),
  'rotate-secrets': (args) => runBuilt('dist/scripts/switchyard.js', ['rotate-secrets', ...args]),
  prepack: assemble,
  dev: (args) => {
    // Steps of one's own import what runs, not what was built (package.json: exports).
    const options = `${process.env.NODE_OPTIONS ?? ''} --conditions=switchyard-source`;
    process.env.NODE_OPTIONS = options.trim();
    return runNode([programs.tsx, 'watch', '--clear-screen=false', 'server/main.ts', ...args], 'development');
  },
  check: () => runNode(['scripts/test.mjs', 'types', 'lint', 'unit']),
  test: (args) => runNode(['scripts/test.mjs', ...args]),
};

/**
 * @param {string} program
 * @param {string[]} args
 */
async function runBuilt(program, args) {
  // Loaded only now: before the installation its packages were not there.
  const { ensureBuilt } = await import('./build.mjs');
  await ensureBuilt();
  return runNode(['--enable-source-maps', program, ...args], 'production');
}

async function assemble() {
  const { ensureBuilt } = await import('./build.mjs');
  await ensureBuilt();
  const { assemblePackage } = await import('./package.mjs');
  await assemblePackage();
  return 0;
}

/** @param {string[]} args */
async function runBench(args) {
  const { ensureBuilt } = await import('./build.mjs');
  await ensureBuilt();
  await ensureBenchInstalled();
  await runStep('tsc', process.execPath, [programs.tsc, '--project', 'bench', '--noEmit']);
  return runNode(['--import', 'tsx', 'bench/main.ts', ...args], 'production');
}

/** @param {string[]} args */
async function runUiBench(args) {
  const { ensureBuilt } = await import('./build.mjs');
  await ensureBuilt();
  await runStep('tsc', process.execPath, [programs.tsc, '--project', 'bench/ui', '--noEmit']);
  return runNode(['--import', 'tsx', 'bench/ui/main.ts', ...args], 'production');
}

/** @param {string[]} args */
async function takeScreenshots(args) {
  const { ensureBuilt } = await import('./build.mjs');
  await ensureBuilt();
  return runNode(['--import', 'tsx', 'e2e/screenshots/main.ts', ...args], 'production');
}

/**
 * @param {string[]} args
 * @param {string} [nodeEnv] none for the tests, whose tools each choose their own
 */
function runNode(args, nodeEnv) {
  const { NODE_ENV: _callers, ...env } = process.env;
  return run(process.execPath, args, nodeEnv ? { ...env, NODE_ENV: nodeEnv } : env, 2_000);
}

const [name = '', ...args] = process.argv.slice(2);
const command = commands[name];
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

process.chdir(root);
if (major < 20 || (major === 20 && minor < 18)) {
  console.error(`Switchyard needs Node.js 20.18 or newer; this is ${process.versions.node}.`);
  process.exitCode = 1;
} else if (!command) {
  console.error(`Usage: npm run ${Object.keys(commands).join('|')}`);
  process.exitCode = 2;
} else {
  try {
    await ensureInstalled();
    process.exitCode = await command(args);
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    if (error instanceof Interrupted) process.exitCode = 130;
    else {
      console.error(error.message);
      process.exitCode = 1;
    }
  }
}
