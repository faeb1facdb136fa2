import { readdir, stat } from 'node:fs/promises';
import nodeModule from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { name as ownName } from '@/package.json';
import { STEP_API, type Step } from '@/server/steps/step';
import { formOf } from '@/server/steps/step-forms';

/** What may be loaded; anything else in a folder is passed over, and so are tests and declarations. */
const MODULE = /^[^.].*(?<!\.d|\.test)\.(?:js|mjs|ts|mts)$/;
const KIND = /^[a-z][a-z0-9-]{0,63}$/;

/** What steps of one's own import, wherever they are kept: this program's own copy, which has its guard and its limits. */
const GIVEN = 'switchyard/steps';
const RESOLVER = `export const resolve = (name, context, next) => name === '${GIVEN}'
  ? next('${ownName}/steps', { ...context, parentURL: '${import.meta.url}' })
  : next(name, context);`;
let given = false;

/** The steps of one's own cannot be had; the message says which module, and what to do. */
export class OwnStepsError extends Error {
  override readonly name = 'OwnStepsError';
  constructor(problems: readonly string[]) {
    super(['Switchyard cannot start, SWITCHYARD_STEPS needs correcting:', ...problems].join('\n  '));
  }
}

/**
 * The steps that modules of one's own export as default, one or several in a list. `sources`: modules, or folders of which
 * every module is loaded and no folder below; `taken`: kinds there are already. Throws {@link OwnStepsError} with all that is wrong.
 */
export async function loadSteps(sources: readonly string[], taken: readonly string[]): Promise<Step[]> {
  if (sources.length > 0) await giveSteps();
  const problems: string[] = [];
  const from = new Map(taken.map((type) => [type, 'is one that Switchyard has']));
  const steps: Step[] = [];
  for (const source of sources)
    try {
      for (const file of await modulesOf(source)) {
        try {
          for (const step of stepsIn(await exportedBy(file))) {
            const other = from.get(step.type);
            if (other) throw new Error(`the kind of step "${step.type}" ${other}: call it something else.`);
            from.set(step.type, `is in ${file} already`);
            steps.push(step);
          }
        } catch (error) {
          problems.push(`${file}: ${messageOf(error)}`);
        }
      }
    } catch (error) {
      problems.push(`${source}: ${messageOf(error)}`);
    }
  if (problems.length > 0) throw new OwnStepsError(problems);
  return steps;
}

async function giveSteps(): Promise<void> {
  if (given) return;
  given = true;
  const hooks = `data:text/javascript,${encodeURIComponent(RESOLVER)}`;
  const { register, registerHooks } = nodeModule as typeof nodeModule & {
    registerHooks?(hooks: object): void;
  };
  // Node.js 20 has the one, 22.15 and newer the other, and 26 warns of the first.
  if (registerHooks) registerHooks(await import(/* @vite-ignore */ hooks));
  else register(hooks);
}

async function modulesOf(source: string): Promise<string[]> {
  const found = await stat(source).catch(() => null);
  if (!found) throw new Error('there is no such file or folder.');
  if (!found.isDirectory()) return [source];
  const files: string[] = [];
  for (const name of (await readdir(source)).sort()) {
    const file = path.join(source, name);
    // Asked anew: where configuration is mounted, files are often links.
    if (MODULE.test(name) && (await stat(file)).isFile()) files.push(file);
  }
  if (files.length === 0) throw new Error('the folder has no module (.js, .mjs or .ts).');
  return files;
}

async function exportedBy(file: string): Promise<unknown> {
  try {
    const loaded: { default?: unknown } = await import(/* @vite-ignore */ pathToFileURL(file).href);
    return loaded.default;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'ERR_UNKNOWN_FILE_EXTENSION')
      throw new Error(
        `this Node.js (${process.versions.node}) loads no TypeScript: use 22.18 or newer, or compile it to .js.`,
      );
    throw new Error(`cannot be loaded: ${messageOf(error)}`);
  }
}

/** Throws in words that follow the name of the module. */
function stepsIn(exported: unknown): Step[] {
  const steps: unknown[] = Array.isArray(exported) ? exported : exported === undefined ? [] : [exported];
  if (steps.length === 0)
    throw new Error(
      'exports no step: make one with defineStep and export it as default, or several as a list.',
    );
  return steps.map(checked);
}

function checked(given: unknown): Step {
  const step = given as Step;
  if (given === null || typeof given !== 'object' || typeof step.stepApi !== 'number')
    throw new Error(
      'exports something else than a step as default: make it with defineStep of switchyard/steps.',
    );
  if (step.stepApi !== STEP_API)
    throw new Error(
      `"${step.type}" was made for version ${step.stepApi} of the interface of steps, and this Switchyard has version ${STEP_API}: import defineStep from the switchyard/steps of this Switchyard, and adapt the step to docs/adding-a-step.md.`,
    );
  if (!KIND.test(step.type))
    throw new Error(`"${step.type}" is no name for a kind of step: small letters, digits and -, at most 64.`);
  try {
    formOf(step);
  } catch (error) {
    throw new Error(
      `the settings of "${step.type}" cannot be shown as a form (${messageOf(error)}): make them with the z of switchyard/steps.`,
    );
  }
  return step;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
