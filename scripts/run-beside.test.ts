import { expect, it } from 'vitest';

const processes = new URL('./processes.mjs', import.meta.url).href;

/** Says what it has to say once its priority is low, and fails. */
const program = `
  const { constants, getPriority } = require('node:os');
  const look = setInterval(() => {
    if (getPriority() < constants.priority.PRIORITY_BELOW_NORMAL) return;
    clearInterval(look);
    console.log('said');
    console.error('complained');
    process.exitCode = 3;
  }, 5);
`;

it('runs a program at a low priority and keeps what it says', async () => {
  const { runBeside } = await import(processes);
  const { code, output } = await runBeside(process.execPath, ['-e', program]);
  expect(code).toBe(3);
  expect(output.split('\n').sort()).toEqual(['', 'complained', 'said']);
});
