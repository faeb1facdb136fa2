import { inRollback, type StepDefinition } from '@/domain/playbook';
import type { Problem } from '@/server/input/closed-input';
import { amqp } from './amqp/amqp';
import { approval } from './approval';
import { broadcast } from './broadcast';
import { configUpdate } from './config-update';
import { healthCheck } from './health-check';
import { httpRequest } from './http-request';
import type { Target } from './http-settings';
import { metricGate } from './metric-gate';
import { RunLost } from './run-lost';
import { sql } from './sql/sql';
import { failure, type Step } from './step';
import type { StepTemplate, StepUrl } from './step-templates';
import type { StepResult, TaskRuntimeContext } from './task-runtime-context';
import { wait } from './wait';

/** Every kind of step there is without modules of one's own, one line each. */
const STEPS: readonly Step[] = [
  // The order in which messages name them.
  configUpdate,
  broadcast,
  healthCheck,
  httpRequest,
  metricGate,
  sql,
  amqp,
  wait,
  approval,
];

export const BUILT_IN_TYPES: readonly string[] = STEPS.map(({ type }) => type);

/** Made when somebody first asks, and never changed: whoever asks gets the same answer. */
let byType: ReadonlyMap<string, Step> | undefined;

function kinds(): ReadonlyMap<string, Step> {
  byType ??= new Map(STEPS.map((step) => [step.type, step]));
  return byType;
}

/** Adds the steps of one's own, once, at start. Throws after anybody asked for a kind, and for a kind there is. */
export function addSteps(own: readonly Step[]): void {
  if (byType) throw new Error('Kinds of steps are added once, before anybody asks for one.');
  const all = new Map(STEPS.map((step) => [step.type, step]));
  for (const step of own) {
    if (all.has(step.type)) throw new Error(`There is a kind of step "${step.type}" already.`);
    all.set(step.type, step);
  }
  byType = all;
}

/** Every kind, those of one's own last. */
export function kindsOfSteps(): Step[] {
  return [...kinds().values()];
}

/** What is wrong with a step's settings, each with its path; empty when nothing is. */
export function checkStep(definition: StepDefinition): Problem[] {
  const step = kinds().get(definition.type);
  if (step) return [...step.check(definition), ...wayBackProblems(step, definition)];
  const message = `"${definition.type}" is not a kind of step (known: ${[...kinds().keys()].join(', ')}).`;
  return [{ path: ['type'], message }];
}

/** What is wrong with how the step is to be on the way back, where that is otherwise. */
function wayBackProblems(step: Step, definition: StepDefinition): Problem[] {
  const { onRollback } = definition;
  if (onRollback === undefined || onRollback === 'skip') return [];
  const path = ['onRollback'];
  if (onRollback === null || typeof onRollback !== 'object' || Array.isArray(onRollback))
    return [{ path, message: 'must be "skip", or the settings that are otherwise in a rollback' }];
  for (const name of ['name', 'type'])
    if (Object.hasOwn(onRollback, name))
      return [{ path: [...path, name], message: 'stays as it is: a rollback has the same steps' }];
  const back = inRollback(definition);
  if (back === null) return [{ path, message: 'does nothing: a rollback leaves this step out anyway' }];
  const known = new Set(step.check(definition).map(({ message }) => message));
  return step
    .check(back)
    .flatMap((problem) =>
      known.has(problem.message) ? [] : [{ path: [...path, ...problem.path], message: problem.message }],
    );
}

/**
 * Its texts that are filled in, in the order in which they are sent, then those of its way back where that is otherwise;
 * none of an unknown kind or of wrong settings.
 */
export function stepTemplates(definition: StepDefinition): StepTemplate[] {
  return bothWays(definition, (step, way) => step.templates(way));
}

/** What is asked of a step as it is on the way forward, and of what is otherwise on the way back. */
function bothWays<Part extends { path: (string | number)[] }>(
  definition: StepDefinition,
  ask: (step: Step, way: StepDefinition) => Part[],
): Part[] {
  const step = kinds().get(definition.type);
  if (!step) return [];
  const { onRollback } = definition;
  const back = typeof onRollback === 'object' && onRollback !== null ? inRollback(definition) : null;
  const changed = back
    ? ask(step, back)
        .filter(({ path }) => Object.hasOwn(onRollback as object, path[0] ?? ''))
        .map((part) => ({ ...part, path: ['onRollback', ...part.path] }))
    : [];
  return [...ask(step, definition), ...changed];
}

/** Names of the values a step leaves for later stages. */
export function stepSaves(definition: StepDefinition): string[] {
  return kinds().get(definition.type)?.saves(definition) ?? [];
}

/** Whether a step is sent to each instance or once for the tenant; null when nothing is sent. */
export function stepTarget(definition: StepDefinition): Target | null {
  return kinds().get(definition.type)?.target(definition) ?? null;
}

/** The addresses that a step calls, as the playbook writes them. */
export function stepUrls(definition: StepDefinition): StepUrl[] {
  return bothWays(definition, (step, way) => step.urls(way));
}

/** Runs a step; whatever it throws fails the step and never the process, except the run's own abort. */
export async function runStep(definition: StepDefinition, context: TaskRuntimeContext): Promise<StepResult> {
  try {
    const step = kinds().get(definition.type);
    if (!step) throw new Error(noSuchKind(definition.type));
    return await step.run(definition, context);
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof RunLost) throw error;
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, failure: failure(context, 'SYSTEM', 'STEP_THREW', message), calls: [] };
  }
}

/** A playbook is checked when it is saved, but another node may run it. */
const noSuchKind = (type: string): string =>
  `This node knows no step of kind "${type}". If it is one of your own, name its module in SWITCHYARD_STEPS of every node, restart, then retry from here.`;
