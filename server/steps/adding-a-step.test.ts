import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StepDefinition } from '@/domain/playbook';
import { loadSteps } from './own/load-steps';
import type * as Registry from './registry';
import { codeBlocks } from './targets/testing/recipe';
import { StepServer, stepContext } from './testing/step-context';

const DOCUMENT = 'adding-a-step.md';
const root = fileURLToPath(new URL('../..', import.meta.url));
// Inside the repository, where `@/…` and the packages are found.
const scratch = join(root, 'test-results');
mkdirSync(scratch, { recursive: true });
const copy = mkdtempSync(join(scratch, 'adding-a-step-'));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const [inTheRegistry, ofOnesOwn] = codeBlocks(DOCUMENT, 'json').map(
  (block) => JSON.parse(block) as StepDefinition,
) as [StepDefinition, StepDefinition];

/** Does to a copy of the steps what the page says, and loads the registry that comes of it. */
async function followed(): Promise<typeof Registry> {
  const steps = join(copy, 'server/steps');
  cpSync(join(root, 'server/steps'), steps, { recursive: true });
  for (const block of [...codeBlocks(DOCUMENT, 'ts'), ...codeBlocks(DOCUMENT, 'js')]) {
    const [first = '', ...rest] = block.split('\n');
    const [, path = '', place] = /^\/\/ (\S+?\.(?:ts|mjs))(?:, (.*))?$/.exec(first) ?? [];
    const file = join(copy, path);
    const code = rest.join('\n');
    mkdirSync(dirname(file), { recursive: true });
    if (!place) writeFileSync(file, code);
    else writeFileSync(file, inserted(readFileSync(file, 'utf8'), place, code));
  }
  const registry: typeof Registry = await import(pathToFileURL(join(steps, 'registry.ts')).href);
  const [, folder = ''] = /^SWITCHYARD_STEPS=(\S+) npm start$/m.exec(codeBlocks(DOCUMENT, 'sh').join()) ?? [];
  registry.addSteps(await loadSteps([join(copy, folder)], registry.BUILT_IN_TYPES));
  return registry;
}

function inserted(text: string, place: string, code: string): string {
  const before =
    place === 'with the other imports'
      ? "import { wait } from './wait';\n"
      : '];\n\nexport const BUILT_IN_TYPES';
  if (!text.includes(before)) throw new Error(`The registry has no place "${place}" any more.`);
  return text.replace(before, code + before);
}

let registry: typeof Registry;
let target: StepServer;
beforeAll(async () => {
  registry = await followed();
});
beforeEach(async () => {
  target = await StepServer.start();
});
afterEach(() => target.close());

it('a step added as the page says is checked and run', async () => {
  const { checkStep, runStep } = registry;
  expect(checkStep(inTheRegistry)).toEqual([]);
  expect(checkStep({ ...inTheRegistry, url: '' })).toEqual([{ path: ['url'], message: 'is missing' }]);

  const step = { ...inTheRegistry, url: target.url };
  expect(await runStep(step, stepContext([]))).toMatchObject({
    ok: true,
    detail: 'The cache of acme is empty',
  });
  expect(target.received).toMatchObject([{ method: 'DELETE', url: '/acme' }]);
  target.answer = (_request, response) => response.writeHead(500).end();
  expect(await runStep(step, stepContext([]))).toMatchObject({
    ok: false,
    failure: { code: 'HTTP_500', message: expect.stringContaining('answered 500, expected 2xx. Visitors') },
  });
});

describe('a step of one’s own, loaded as the page says', () => {
  it('is a kind like any other: named, checked, with a form', () => {
    const { checkStep, kindsOfSteps, stepTarget, stepTemplates } = registry;
    expect(kindsOfSteps().at(-1)?.type).toBe('warm-up');
    expect(checkStep({ name: 'x', type: 'warmup' })).toMatchObject([
      { message: expect.stringMatching(/not a kind of step \(known: .*, approval, purge-cache, warm-up\)/) },
    ]);
    expect(checkStep(ofOnesOwn)).toEqual([]);
    expect(checkStep({ ...ofOnesOwn, paths: [] })).toEqual([{ path: ['paths'], message: 'has no path' }]);
    expect(checkStep({ ...ofOnesOwn, path: '/' })[0]?.message).toContain('did you mean "paths"?');
    const back = { ...ofOnesOwn, onRollback: { paths: ['/{{tenant.nme}}'] } };
    expect(checkStep(back)).toEqual([]);
    expect(stepTemplates(back).at(-1)).toMatchObject({ path: ['onRollback', 'paths', 0] });
    expect(checkStep({ ...ofOnesOwn, onRollback: { paths: [] } })).toEqual([
      { path: ['onRollback', 'paths'], message: 'has no path' },
    ]);
    expect(stepTarget(ofOnesOwn)).toBe('instance');
    expect(stepTemplates(ofOnesOwn)).toMatchObject([{ path: ['paths', 1], text: '/{{tenant.id}}' }]);
  });

  it('runs, with templates and secrets hidden', async () => {
    const instance = { key: 'a', url: target.url };
    expect(await registry.runStep(ofOnesOwn, stepContext([instance]))).toMatchObject({
      ok: true,
      detail: '2 pages are warm',
    });
    expect(target.received).toMatchObject([{ url: '/' }, { url: '/acme' }]);
    target.answer = (_request, response) => response.writeHead(503).end('hunter2 is tired');
    const cold = await registry.runStep(ofOnesOwn, stepContext([instance]));
    expect(cold).toMatchObject({ ok: false, failure: { code: 'HTTP_503', instance: 'a' } });
    expect(JSON.stringify(cold.calls)).not.toContain('hunter2');
  });

  it('comes once, before anybody asks', () => {
    expect(() => registry.addSteps([])).toThrow('added once');
  });
});
