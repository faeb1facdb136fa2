import type { PolicyChoice } from './policies/choice';
import type { AppSettings } from './settings';
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
  when?: StageCondition | undefined;
  steps: StepDefinition[];
}

/** A stage runs when the tenant's label equals (or differs from) a value; a missing label equals ''. */
export interface StageCondition {
  label: string;
  equals?: string | undefined;
  notEquals?: string | undefined;
}

export interface StepDefinition {
  name: string;
  type: string;
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
/** What has no place on the way back: approvals, and a bake; the time that a target needs to settle has. */
const onlyForward = ({ type, settle }: StepDefinition): boolean =>
  type === APPROVAL || (type === 'wait' && settle !== true);

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
    if (direction === 'forward') return { name: stage.name, skip, steps: stage.steps };
    const steps = stage.steps.filter((step) => !onlyForward(step));
    return {
      name: stage.name,
      skip: skip ?? (steps.length === 0 ? 'a rollback does not wait' : null),
      steps,
    };
  });
}

/** Whether the stage is an approval: nothing is sent, the task rests until somebody decides. */
export const isApproval = (stage: Pick<Stage, 'steps'>): boolean => stage.steps[0]?.type === APPROVAL;

/** What is wrong with how approvals are placed; null when nothing is. */
export function misplacedApproval(stage: Pick<StageDefinition, 'steps'>): string | null {
  return stage.steps.length > 1 && stage.steps.some((step) => step.type === APPROVAL)
    ? 'An approval is a stage of its own: no other step may stand beside it.'
    : null;
}

/** Whether a finished run can move lastKnownGoodVersion: there must be a health-check after the last config-update. */
export function confirmsHealth(playbook: PlaybookDefinition): boolean {
  const types = playbook.stages.flatMap((stage) => stage.steps.map((step) => step.type));
  return types.lastIndexOf('health-check') > types.lastIndexOf('config-update');
}

function whySkip(when: StageCondition, labels: Record<string, string>): string | null {
  const value = labels[when.label] ?? '';
  if (when.equals !== undefined && value !== when.equals) return `label ${when.label} is not ${when.equals}`;
  if (when.notEquals !== undefined && value === when.notEquals)
    return `label ${when.label} is ${when.notEquals}`;
  return null;
}

/** Whether a health-check compares digests as well. */
export const comparesDigest = (probe: Readonly<Record<string, unknown>>): boolean =>
  probe.digestKey !== undefined || probe.digest !== undefined;
