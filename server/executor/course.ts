import type { RunMaterial } from '@/db/queries/execution';
import { openApproval } from '@/domain/approval';
import {
  asksUnderCondition,
  buildStages,
  isApproval,
  type PlaybookDefinition,
  type Stage,
  type StepDefinition,
} from '@/domain/playbook';
import { occupiesSlot, type TaskState } from '@/domain/task';
import type { Draft } from './run-session';

/** The stages a task goes through, there and back, and how the next one is announced. */
export class Course {
  private readonly stages: Record<TaskState['direction'], Stage[]>;

  /** `runs`: the tenant is on this version already, so there is nothing to send to it. */
  constructor(playbook: PlaybookDefinition, labels: Record<string, string>, runs: string | null = null) {
    const forward = buildStages(playbook, { labels });
    this.stages = {
      forward: runs === null ? forward : forward.map((stage) => ({ ...stage, skip: `already on ${runs}` })),
      rollback: buildStages(playbook, { labels }, 'rollback'),
    };
  }

  stageAt({ taskId, direction, stageIndex }: TaskState): Stage {
    const stage = this.stages[direction][stageIndex];
    if (!stage) throw new Error(`${taskId} has no stage ${stageIndex}`);
    return stage;
  }

  /** Announces the next stage that is not skipped, with its first step; a boundary lies after every skipped one. */
  openStage(draft: Draft): void {
    for (;;) {
      const stage = this.stageAt(draft.state);
      if (!stage.skip) break;
      draft.apply({ type: 'stageSkipped', stage: stage.name, reason: stage.skip });
      draft.apply({ type: 'boundary' });
      if (!occupiesSlot(draft.state.status)) return;
    }
    const stage = this.stageAt(draft.state);
    draft.apply({ type: 'stageStarted', stage: stage.name });
    if (isApproval(stage) && !asksUnderCondition(stage)) this.ask(draft, stage);
    else this.openStep(draft, stage, 0);
  }

  /** The stage is an approval: from now on the task waits for it. */
  ask(draft: Draft, stage: Stage): void {
    const approval = openApproval(stepAt(stage, 0), draft.now);
    draft.apply({ type: 'approvalNeeded', stage: stage.name, approval });
  }

  openStep(draft: Draft, stage: Stage, stepIndex: number): void {
    const step = stepAt(stage, stepIndex);
    draft.apply({ type: 'stepStarted', stage: stage.name, step: step.name, stepIndex, stepType: step.type });
  }
}

export function stepAt(stage: Stage, index: number): StepDefinition {
  const step = stage.steps[index];
  if (!step) throw new Error(`Stage ${stage.name} has no step ${index}`);
  return step;
}

/** The course of a run; nothing is sent to a tenant that runs the target already, unless it is to be sent again. */
export const courseOf = ({ playbook, target, runsTarget, read }: RunMaterial): Course =>
  new Course(playbook, target.scope.labels, runsTarget && !read.settings.reconcile ? target.version : null);
