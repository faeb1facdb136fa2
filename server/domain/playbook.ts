import type { PolicyChoice } from './policies/choice';
import type { Tenant } from './tenant';

/** How a switch is done: ordered stages of ordered steps. A step's own settings are checked by its module. */
export interface PlaybookDefinition {
  stages: StageDefinition[];
  /** What a plan that chooses nothing else gets. */
  policies?: PolicyChoice | undefined;
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

/** The StageFactory: pure, driven by the playbook alone. Steps are rendered when they are sent, not here. */
export function buildStages(playbook: PlaybookDefinition, tenant: Pick<Tenant, 'labels'>): Stage[] {
  return playbook.stages.map((stage) => ({
    name: stage.name,
    skip: stage.when ? whySkip(stage.when, tenant.labels) : null,
    steps: stage.steps,
  }));
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
