import { once } from 'node:events';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { makeScratchFolder } from '@/db/testing/scratch';
import { type Running, startSwitchyard } from '@/server/testing/switchyard';

let folder: string;
let server: Running | undefined;

test.beforeAll(() => {
  folder = makeScratchFolder();
});

test.afterAll(async () => {
  await server?.kill();
  rmSync(folder, { recursive: true, force: true });
});

test('a server whose log nobody reads any more serves on, and ends when it is told', async () => {
  server = await startSwitchyard('server/main', { SWITCHYARD_DATA_DIR: path.join(folder, 'data') });
  server.process.stdout?.destroy();
  server.process.stderr?.destroy();
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  const ended = once(server.process, 'exit');
  server.process.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});
