import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/** Ctrl-C reaches us from the terminal and once more through npm: what follows so closely is the same key press. */
const sameKeyPressMs = 500;
/** A step of the toolchain failed, and has said why. */
export class StepError extends Error {}

/** Somebody asked for the end of the command. */
export class Interrupted extends StepError {
  /** @param {NodeJS.Signals} signal */
  constructor(signal) {
    super(`Interrupted (${signal}).`);
  }
}

/**
 * Runs a program to its end and returns its exit code. It is in a process group of its own, so that it hears each
 * signal once, from us: the first one asks it to end in order, a second one ends the whole group by force.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @param {number} [forceAfterMs] how long it may take to end when told twice; more if it has to end others first
 * @returns {Promise<number>}
 */
export function run(program, args, env = process.env, forceAfterMs = 1_000) {
  return outcomeOf(spawn(program, args, { stdio: 'inherit', detached: true, env }), forceAfterMs);
}

/**
 * Runs a program as `run` does, but beside others: at a low priority, so that it takes mostly the time they leave,
 * and with what it says kept for later, so that it does not come between their lines.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<{ code: number, output: string }>}
 */
export async function runBeside(program, args, env = process.env) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, env });
  if (child.pid !== undefined) yieldToOthers(child.pid);
  /** @type {Buffer[]} */
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));
  const closed = once(child, 'close');
  const code = await outcomeOf(child, 1_000);
  await closed;
  return { code, output: Buffer.concat(output).toString() };
}

/**
 * Gives a process, and every one that it starts from now on, a low priority: not the lowest, at which it might starve
 * beside whatever else this machine does.
 *
 * @param {number} pid the leader of a session of its own
 */
function yieldToOthers(pid) {
  const priority = constants.priority.PRIORITY_BELOW_NORMAL;
  try {
    setPriority(pid, priority);
    // Linux may share time among sessions first; a process's own priority then counts only within its session.
    writeFileSync(`/proc/${pid}/autogroup`, `${priority}`);
  } catch {
    // There is no such sharing here, or its priority is lower already.
  }
}

/**
 * @param {import('node:child_process').ChildProcess} child the leader of a group of its own
 * @param {number} forceAfterMs
 * @returns {Promise<number>}
 */
async function outcomeOf(child, forceAfterMs) {
  /** @type {NodeJS.Signals | undefined} */
  let asked;
  let askedAt = 0;
  /** @type {NodeJS.SignalsListener} */
  const forward = (signal) => {
    if (asked && performance.now() - askedAt < sameKeyPressMs) return;
    // To the program a closed terminal means the same as a kind request.
    child.kill(signal === 'SIGINT' ? 'SIGINT' : 'SIGTERM');
    if (asked) setTimeout(() => endGroup(child.pid), forceAfterMs);
    asked = signal;
    askedAt = performance.now();
  };
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, forward);
  try {
    const code = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    });
    if (asked && code !== 0) throw new Interrupted(asked);
    return code ?? 1;
  } finally {
    for (const signal of signals) process.off(signal, forward);
    // Whatever it has left behind must not outlive it.
    endGroup(child.pid);
  }
}

/**
 * Runs a program of the toolchain; throws with its name when it fails.
 *
 * @param {string} name what to call it in the error
 * @param {string} program
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
export async function runStep(name, program, args, env = process.env) {
  const code = await run(program, args, env);
  if (code !== 0) throw new StepError(`${name} failed; its messages are above.`);
}

/**
 * Prints a heading, does the step, and prints how long it took.
 *
 * @param {string} heading for example "Building the console"
 * @param {() => Promise<void>} step
 */
export async function timed(heading, step) {
  const seconds = stopwatch();
  console.log(`${heading}…`);
  await step();
  console.log(`${heading}… ${seconds()}`);
}

/** Starts counting; the function returned tells the time since, in words. */
export function stopwatch() {
  const start = performance.now();
  return () => `${((performance.now() - start) / 1000).toFixed(1)} s`;
}

/** @param {number | undefined} pid the leader of the group */
function endGroup(pid) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody left, which is the usual case.
  }
}
