import type { Database } from '@/db/client';
import { stageDurations } from '@/db/queries/history';
import type { PlaybookDefinition } from '@/domain/playbook';
import { type ProjectedWave, projectSchedule, type SecondsRange } from '@/domain/projection';

/** When the waves of a plan would start and end. */
export interface Schedule {
  waves: ProjectedWave[];
  /** How long one task takes, from past runs of the playbook. */
  task: SecondsRange;
  /** Stages that never ran yet and are not in it. */
  unknownStages: string[];
  /** Past stages the projection rests on. */
  basis: number;
}

/** From how long the playbook's stages took in its last plans. */
export async function projectedSchedule(
  db: Database,
  playbook: { playbookId: string; definition: PlaybookDefinition },
  waves: readonly { name: string; tenants: number; bakeSeconds: number; gateSeconds?: number }[],
  concurrency: number,
): Promise<Schedule> {
  const past = await stageDurations(db, playbook.playbookId);
  const task: SecondsRange = { from: 0, to: 0 };
  const unknownStages: string[] = [];
  let basis = 0;
  for (const stage of playbook.definition.stages) {
    const known = past.get(stage.name);
    // A bake says itself how long it takes.
    const waits = stage.steps.reduce(
      (sum, step) => sum + (step.type === 'wait' ? Number(step.seconds) : 0),
      0,
    );
    if (!known) unknownStages.push(stage.name);
    task.from += Math.max(known?.p50Seconds ?? 0, waits);
    task.to += Math.max(known?.p90Seconds ?? 0, waits);
    basis += known?.count ?? 0;
  }
  return { waves: projectSchedule(waves, concurrency, task), task, unknownStages, basis };
}
