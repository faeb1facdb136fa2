import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { STEP_API } from '../step';
import { loadSteps } from './load-steps';

const root = fileURLToPath(new URL('../../..', import.meta.url));
// Inside the repository, where the packages are found, and the test's own loader loads what is imported.
const scratch = join(root, 'test-results');
mkdirSync(scratch, { recursive: true });
const folder = mkdtempSync(join(scratch, 'own-steps-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let steps: string;
beforeEach(() => {
  // A new folder each time: what was imported once is kept under its path.
  steps = mkdtempSync(join(folder, 'steps-'));
});

const write = (name: string, text: string, beside = steps) => {
  const file = join(beside, name);
  writeFileSync(file, text);
  return file;
};
const define = (type: string) => `defineStep('${type}', z.strictObject({}), async () => ({ ok: true }))`;
const IMPORT = "import { defineStep, z } from 'switchyard/steps';\n";
const one = (type: string) => `${IMPORT}export default ${define(type)};`;
const typesIn = async (...sources: string[]) => (await loadSteps(sources, ['wait'])).map(({ type }) => type);
const refusal = (...sources: string[]) =>
  typesIn(...sources).then(
    (types) => `loaded ${types.join(', ')}`,
    (error: Error) => error.message,
  );

describe('steps of one’s own', () => {
  it('come from modules and folders, one or several of each module', async () => {
    write('b.mjs', `${IMPORT}export default [${define('second')}, ${define('third')}];`);
    write('a.js', one('first'));
    write('a.test.mjs', 'throw new Error("a test");');
    write('types.d.ts', 'throw new Error("a declaration");');
    write('README.md', 'about');
    mkdirSync(join(steps, 'shared'));
    write('words.mjs', 'throw new Error("a helper");', join(steps, 'shared'));
    // As a mounted configuration has it.
    mkdirSync(join(steps, '..data'));
    symlinkSync(write('c.mjs', one('fourth'), join(steps, '..data')), join(steps, 'c.mjs'));
    const alone = write('alone.mjs', one('fifth'), folder);
    expect(await typesIn(steps, alone)).toEqual(['first', 'second', 'third', 'fourth', 'fifth']);
  });

  it.each([
    ['is missing', null, /there is no such file or folder/],
    ['is broken', 'export default (', /x\.mjs: cannot be loaded: /],
    ['throws', 'throw new Error("no database");', /x\.mjs: cannot be loaded: no database/],
    ['exports nothing', 'export const a = 1;', /x\.mjs: exports no step: make one with defineStep/],
    ['exports none', 'export default [];', /x\.mjs: exports no step/],
    ['exports something else', 'export default { type: "x" };', /something else than a step/],
    ['has the name of a kind there is', one('wait'), /"wait" is one that Switchyard has: call it/],
    ['has no usable name', one('Warm up'), /"Warm up" is no name for a kind of step/],
    [
      'was made for another version',
      'export default { type: "x", stepApi: 99 };',
      new RegExp(
        `"x" was made for version 99 of the interface of steps, and this .* has version ${STEP_API}:`,
      ),
    ],
    [
      'has settings that are no schema',
      `${IMPORT}export default { ...${define('odd')}, settings: {} };`,
      /settings of "odd" cannot be shown as a form/,
    ],
  ])('a module that %s stops the start', async (_what, text, words) => {
    const file = join(steps, 'x.mjs');
    if (text !== null) write('x.mjs', text);
    expect(await refusal(file)).toMatch(words);
  });

  it('of one name stop it as well, and everything wrong is told at once', async () => {
    const a = write('a.mjs', one('same'));
    const b = write('b.mjs', one('same'));
    const c = write('c.mjs', 'export {};');
    expect(await refusal(steps)).toBe(
      [
        'Switchyard cannot start, SWITCHYARD_STEPS needs correcting:',
        `  ${b}: the kind of step "same" is in ${a} already: call it something else.`,
        `  ${c}: exports no step: make one with defineStep and export it as default, or several as a list.`,
      ].join('\n'),
    );
  });

  it('in an empty folder stop it, too', async () => {
    expect(await refusal(steps)).toContain(`${steps}: the folder has no module`);
  });
});

/** Runs the built program that loads steps, by plain Node. */
function loadBuilt(built: string, source: string): string {
  const loader = pathToFileURL(join(built, 'server/steps/own/load-steps.js')).href;
  const guard = pathToFileURL(join(built, 'server/security/target-guard.js')).href;
  const program = `
    import { loadSteps } from ${JSON.stringify(loader)};
    import { createTargetDispatcher } from ${JSON.stringify(guard)};
    try {
      const [step] = await loadSteps([${JSON.stringify(source)}], []);
      console.log(await step.run({ name: 'x', type: step.type }, { http: createTargetDispatcher({ allow: [] }) }));
    } catch (error) { console.log(error.message); }`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
  });
  return stdout + stderr;
}

describe('once it is built', () => {
  const GUARDED = `import { defineStep, targetGuardOf, z } from 'switchyard/steps';
    export default defineStep('own', z.strictObject({}), async (_settings, { http }) => {
      try { targetGuardOf(http).guard('db.example', 5432); } catch (error) { return error.message; }
    });`;

  it('a step has the same guard as the server, wherever its folder is', async () => {
    const built = join(folder, 'switchyard');
    mkdirSync(built);
    const entries = ['public.ts', 'own/load-steps.ts'].map((name) => `server/steps/${name}`);
    const { bundle } = await import(new URL('scripts/build.mjs', pathToFileURL(root)).href);
    await bundle([...entries, 'server/security/target-guard.ts'], built, { splitting: true });
    write(
      'package.json',
      JSON.stringify({
        name: 'switchyard-server',
        type: 'module',
        exports: { './steps': './server/steps/public.js' },
      }),
      built,
    );
    const inside = write('own.mjs', GUARDED, built);
    expect(loadBuilt(built, inside)).toContain('db.example:5432 was not called: steps may call nothing yet');

    const outside = mkdtempSync(join(tmpdir(), 'own-steps-'));
    try {
      const file = write('own.mjs', GUARDED, outside);
      expect(loadBuilt(built, file)).toContain('db.example:5432 was not called');
      // A copy that is there for its types is not the one that runs.
      const copy = join(outside, 'node_modules/switchyard');
      mkdirSync(copy, { recursive: true });
      write('package.json', '{ "exports": { "./steps": "./none.js" } }', copy);
      expect(loadBuilt(built, file)).toContain('db.example:5432 was not called');
      const typed = write('own.ts', `const nothing: string = '';\n${GUARDED}`, outside);
      const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
      const can = major > 22 || (major === 22 && minor >= 18);
      expect(loadBuilt(built, typed)).toContain(
        can ? 'db.example:5432 was not called' : 'loads no TypeScript',
      );
    } finally {
      rmSync(outside, { recursive: true, force: true });
    }
  });
});
