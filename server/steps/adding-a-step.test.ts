import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import type { StepDefinition } from '@/domain/playbook';
import type * as Registry from './registry';
import { codeBlock, codeBlocks } from './targets/testing/recipe';
import { StepServer, stepContext } from './testing/step-context';

const DOCUMENT = 'adding-a-step.md';
const root = fileURLToPath(new URL('../..', import.meta.url));
// Inside the repository, where `@/…` and the packages are found.
const cache = join(root, 'node_modules/.cache');
mkdirSync(cache, { recursive: true });
const copy = mkdtempSync(join(cache, 'adding-a-step-'));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** Does to a copy of the steps what the page says, and loads the registry that comes of it. */
async function followed(): Promise<typeof Registry> {
  const steps = join(copy, 'server/steps');
  cpSync(join(root, 'server/steps'), steps, { recursive: true });
  for (const block of codeBlocks(DOCUMENT, 'ts')) {
    const [first = '', ...rest] = block.split('\n');
    const [, path = '', place] = /^\/\/ (\S+?\.ts)(?:, (.*))?$/.exec(first) ?? [];
    const file = join(copy, path);
    const code = rest.join('\n');
    if (!place) writeFileSync(file, code);
    else writeFileSync(file, inserted(readFileSync(file, 'utf8'), place, code));
  }
  return import(pathToFileURL(join(steps, 'registry.ts')).href);
}

function inserted(text: string, place: string, code: string): string {
  const before =
    place === 'with the other imports' ? "import { wait } from './wait';\n" : '];\n\nconst BY_TYPE';
  if (!text.includes(before)) throw new Error(`The registry has no place "${place}" any more.`);
  return text.replace(before, code + before);
}

it('a step added as the page says is checked and run', async () => {
  const { checkStep, runStep } = await followed();
  const definition = JSON.parse(codeBlock(DOCUMENT, 'json')) as StepDefinition;
  expect(checkStep(definition)).toEqual([]);
  expect(checkStep({ ...definition, url: '' })).toEqual([{ path: ['url'], message: 'is missing' }]);

  const cacheServer = await StepServer.start();
  try {
    const step = { ...definition, url: cacheServer.url };
    expect(await runStep(step, stepContext([]))).toMatchObject({
      ok: true,
      detail: 'The cache of acme is empty',
    });
    expect(cacheServer.received).toMatchObject([{ method: 'DELETE', url: '/acme' }]);
    cacheServer.answer = (_request, response) => response.writeHead(500).end();
    expect(await runStep(step, stepContext([]))).toMatchObject({
      ok: false,
      failure: { code: 'HTTP_500', message: expect.stringContaining('answered 500, expected 2xx. Visitors') },
    });
  } finally {
    await cacheServer.close();
  }
});
