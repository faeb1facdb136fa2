import type { z } from 'zod';
import type { ErrorType, Failure } from '@/domain/failure';
import type { StepDefinition } from '@/domain/playbook';
import type { Problem } from '@/server/input/closed-input';
import type { Target } from './http-settings';
import { ownSettings, settingsProblems, storedSettings } from './step-settings';
import type { StepTemplate, StepUrl } from './step-templates';
import type { StepResult, TaskRuntimeContext } from './task-runtime-context';

/** The version of what a step is given and gives back: raised when a step made before would not work any more. */
export const STEP_API = 1;

/** A kind of step, its settings checked before it runs. Adding one is one file and one line in the registry. */
export interface Step {
  /** The {@link STEP_API} it was made for. */
  stepApi: number;
  type: string;
  /** What it can be told, besides its name and type. */
  settings: z.ZodType;
  check(definition: StepDefinition): Problem[];
  /** Its texts that are filled in, in that order; none when the settings are wrong. */
  templates(definition: StepDefinition): StepTemplate[];
  /** Names of the values it leaves for later stages. */
  saves(definition: StepDefinition): string[];
  /** Whether it is sent to each instance or once for the tenant; null when nothing is sent. */
  target(definition: StepDefinition): Target | null;
  /** The addresses it calls, as the playbook writes them. */
  urls(definition: StepDefinition): StepUrl[];
  run(definition: StepDefinition, context: TaskRuntimeContext): Promise<StepResult>;
}

/** What can be known of a step without running it. */
interface Told<Settings> {
  templates?(settings: Settings, definition: StepDefinition): StepTemplate[];
  saves?(settings: Settings): string[];
  target?(settings: Settings): Target;
  urls?(settings: Settings, definition: StepDefinition): StepUrl[];
}

/** Ties a step's settings (all but `name` and `type`, which every step has) to the code that uses them. */
export function defineStep<Settings>(
  type: string,
  settings: z.ZodType<Settings>,
  run: (settings: Settings, context: TaskRuntimeContext) => Promise<StepResult>,
  { templates, saves, target, urls }: Told<Settings> = {},
): Step {
  // A playbook of two hundred steps is asked half a dozen things of each; a definition is never changed in place.
  const known = new WeakMap<StepDefinition, { own: Settings | undefined }>();
  const read = (definition: StepDefinition): Settings | undefined => {
    const before = known.get(definition);
    if (before) return before.own;
    const own = settings.safeParse(ownSettings(definition)).data;
    known.set(definition, { own });
    return own;
  };
  return {
    stepApi: STEP_API,
    type,
    settings,
    check: (definition) => settingsProblems(settings, definition),
    templates: (definition) => {
      const own = read(definition);
      return own === undefined ? [] : (templates?.(own, definition) ?? []);
    },
    saves: (definition) => {
      const own = read(definition);
      return own === undefined ? [] : (saves?.(own) ?? []);
    },
    target: (definition) => {
      const own = read(definition);
      return own === undefined ? null : (target?.(own) ?? null);
    },
    urls: (definition) => {
      const own = read(definition);
      return own === undefined ? [] : (urls?.(own, definition) ?? []);
    },
    run: (definition, context) => run(storedSettings(settings, definition), context),
  };
}

/** A failure of this step, stamped with database time. */
export function failure(
  context: Pick<TaskRuntimeContext, 'now' | 'step'>,
  errorType: ErrorType,
  code: string,
  message: string,
  options: { retryable?: boolean; instance?: string | null } = {},
): Failure {
  return {
    errorType,
    code,
    message,
    at: context.now().toISOString(),
    retryable: options.retryable ?? false,
    step: context.step,
    instance: options.instance ?? null,
  };
}
