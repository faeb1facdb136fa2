import type { Condition } from './condition';
import type { PolicyChoice } from './policies/choice';
import type { AppSettings } from './settings';
import { type StageWhen, whySkip } from './stage-when';
import type { Tenant } from './tenant';

/** How a switch is done: ordered stages of ordered steps. A step's own settings are checked by its module. */
export interface PlaybookDefinition {
  stages: StageDefinition[];
  /** What a plan that chooses nothing else gets. */
  policies?: PolicyChoice | undefined;
  /** Values for its plans that say nothing themselves. */
  settings?: Partial<AppSettings> | undefined;
}

export interface StageDefinition {
  name: string;
  when?: StageWhen | undefined;
  steps: StepDefinition[];
}

export interface StepDefinition {
  name: string;
  type: string;
  /** What is otherwise on the way back: settings that replace those beside it, or nothing at all is done. */
  onRollback?: Record<string, unknown> | 'skip' | undefined;
  [setting: string]: unknown;
}

/** A stage as one task runs it; `skip` says why it is left out. */
export interface Stage {
  name: string;
  skip: string | null;
  steps: readonly StepDefinition[];
}

/** The step that waits for a person; it is a stage of its own. */
const APPROVAL = 'approval';
/** What has no place on the way back: approvals, what judges the new version, and a bake; the time that a target needs to settle has. */
const onlyForward = ({ type, settle }: StepDefinition): boolean =>
  type === APPROVAL || type === 'metric-gate' || (type === 'wait' && settle !== true);

/**
 * The StageFactory: pure, driven by the playbook alone. Steps are rendered when they are sent, not here. A rollback has
 * the same stages in the same order, without bakes and approvals.
 */
export function buildStages(
  playbook: PlaybookDefinition,
  tenant: Pick<Tenant, 'labels'>,
  direction: 'forward' | 'rollback' = 'forward',
): Stage[] {
  return playbook.stages.map((stage) => {
    const skip = stage.when ? whySkip(stage.when, tenant.labels) : null;
    if (direction === 'forward') return { name: stage.name, skip, steps: stage.steps.map(inForward) };
    const steps = stage.steps.flatMap((step) => inRollback(step) ?? []);
    const onPurpose = stage.steps.every((step) => step.onRollback === 'skip');
    const nothing = onPurpose ? 'a rollback leaves it out' : 'a rollback does not wait';
    return {
      name: stage.name,
      skip: skip ?? (steps.length === 0 ? nothing : null),
      steps,
    };
  });
}

/** One of a pair says what the other would: whichever the rollback names replaces both. */
const INSTEAD: Readonly<Record<string, string>> = { calls: 'request', request: 'calls' };

/** A step as it is on the way forward, without what it says of the way back. */
function inForward({ onRollback: _back, ...step }: StepDefinition): StepDefinition {
  return step as StepDefinition;
}

/** A step as it is on the way back; null where it has no place there. */
export function inRollback(step: StepDefinition): StepDefinition | null {
  const { onRollback } = step;
  if (onRollback === 'skip' || onlyForward(step)) return null;
  const forward = inForward(step);
  if (onRollback === undefined) return forward;
  const replaced = new Set(Object.keys(onRollback).flatMap((name) => INSTEAD[name] ?? []));
  const kept = Object.entries(forward).filter(([name]) => !replaced.has(name));
  return { ...Object.fromEntries(kept), ...onRollback, name: step.name, type: step.type };
}

/** Whether the stage is an approval: nothing is sent, the task rests until somebody decides. */
export const isApproval = (stage: Pick<Stage, 'steps'>): boolean => stage.steps[0]?.type === APPROVAL;

/** Whether it has to be looked first, at what earlier stages took, if anybody is asked. */
export const asksUnderCondition = ({ steps: [step] }: Pick<Stage, 'steps'>): boolean =>
  step?.type === APPROVAL && step.when !== undefined;

/** What is wrong with how approvals are placed; null when nothing is. */
export function misplacedApproval(stage: Pick<StageDefinition, 'steps'>): string | null {
  return stage.steps.length > 1 && stage.steps.some((step) => step.type === APPROVAL)
    ? 'An approval is a stage of its own: no other step may stand beside it.'
    : null;
}

/**
 * Whether a finished run can move lastKnownGoodVersion: there must be a health-check after the last config-update, and it
 * must tell of every instance whether it runs this configuration. What would be true of any other shows only that the
 * request was accepted.
 */
export function confirmsHealth(playbook: PlaybookDefinition): boolean {
  const steps = playbook.stages.flatMap((stage) => stage.steps);
  const changed = steps.findLastIndex(({ type }) => type === 'config-update');
  return steps.some((step, index) => index > changed && step.type === 'health-check' && tellsApart(step));
}

/** Whether a health-check that succeeds says of every instance that it runs this configuration and no other. */
export function tellsApart({ applied, instances }: StepDefinition): boolean {
  const everywhere = instances === undefined || instances === 'all';
  return everywhere && (applied === undefined || comparesConfig(applied as Condition));
}

/** Whether it holds only where something of the answer is compared with the configuration. */
function comparesConfig(condition: Condition): boolean {
  if (typeof condition !== 'object' || condition === null || 'not' in condition) return false;
  if ('all' in condition) return condition.all.some(comparesConfig);
  if ('any' in condition) return condition.any.every(comparesConfig);
  const { value, exists: _exists, ...compared } = condition;
  return value === undefined && NAMES_CONTENT.test(JSON.stringify(compared));
}

const NAMES_CONTENT = /\{\{\s*config\.(?:version|digest|text|payload)\b/;

/** Whether a health-check tells contents apart as well: by their digests, or by the contents themselves. */
export const comparesDigest = (probe: Readonly<Record<string, unknown>>): boolean =>
  probe.digestKey !== undefined || probe.digest !== undefined || probe.applied !== undefined;
