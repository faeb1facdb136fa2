import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import type { Readable } from 'node:stream';
import { afterEach, expect, it } from 'vitest';

import { isAlive } from '@/db/embedded/postmaster';

const processes = new URL('./processes.mjs', import.meta.url).href;

/** Tells its process id and every signal it hears; ends at the first one, unless it is stubborn. */
const listener = (stubborn: boolean): string => `
  const patience = setInterval(() => {}, 1000);
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {
    console.log(signal);
    if (!${stubborn}) clearInterval(patience);
  });
  console.log(process.pid);
`;

let runner: ChildProcessByStdio<null, Readable, null>;
let lines: Interface;

afterEach(() => {
  runner.kill('SIGKILL');
});

/**
 * Starts a Node that runs \`program\` the way every command is run; resolves with the program's process id. Its clock
 * goes on by so much each time it is read, and not otherwise.
 */
async function start(program: string, millisApart = 0): Promise<number> {
  const script = `
    import { run } from ${JSON.stringify(processes)};
    let now = 0;
    performance.now = () => (now += ${millisApart});
    await run(process.execPath, ['-e', process.argv[1]], process.env, 50).catch((error) => console.log(error.message));
  `;
  runner = spawn(process.execPath, ['--input-type=module', '-e', script, program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  lines = createInterface(runner.stdout);
  return Number(await nextLine());
}

async function nextLine(): Promise<string> {
  const [line] = await once(lines, 'line');
  return line;
}

it('passes one key press on once, though npm repeats it', async () => {
  const pid = await start(listener(false));
  const heard: string[] = [];
  lines.on('line', (line) => heard.push(line));
  runner.kill('SIGINT');
  runner.kill('SIGINT');
  await once(runner, 'exit');
  expect(heard).toEqual(['SIGINT']);
  expect(isAlive(pid)).toBe(false);
});

it('ends a program that was told twice and stays', async () => {
  const pid = await start(listener(true), 1000);
  runner.kill('SIGTERM');
  expect(await nextLine()).toBe('SIGTERM');
  runner.kill('SIGTERM');
  await once(runner, 'exit');
  expect(isAlive(pid)).toBe(false);
});

it('leaves nothing behind that the program started', async () => {
  const pid = await start(`
    const child = require('node:child_process').spawn('sleep', ['1000'], { stdio: 'ignore' });
    console.log(child.pid);
    process.exit();
  `);
  await once(runner, 'exit');
  await expect.poll(() => isAlive(pid)).toBe(false);
});
