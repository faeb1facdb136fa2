import type { EventKind } from '@/domain/events';

/** A step as it is drawn within its stage: when it ran and how it ended. Times are ISO 8601, database time. */
export interface StepTime {
  step: string;
  stageIndex: number;
  stepIndex: number;
  from: string;
  to: string | null;
  outcome: 'running' | 'succeeded' | 'failed';
  /** How often it was tried again by itself. */
  retries: number;
}

/** The kinds of events that tell when steps ran. */
export const STEP_KINDS = [
  'StepStarted',
  'StepSucceeded',
  'StepFailed',
  'StepRetrying',
] as const satisfies EventKind[];

/** As much of an event as that takes. */
export interface StepEvent {
  planSeq: number;
  kind: (typeof STEP_KINDS)[number];
  at: string;
  step: string;
  stageIndex: number;
  stepIndex: number;
}

/** The steps of a task after one more event; pure, the same for stored and for live events. */
export function extendSteps(steps: readonly StepTime[], event: StepEvent): readonly StepTime[] {
  const { kind, at, step, stageIndex, stepIndex } = event;
  const last = steps.at(-1);
  const open =
    last?.to === null && last.stageIndex === stageIndex && last.stepIndex === stepIndex ? last : null;
  switch (kind) {
    case 'StepStarted':
      // It is announced again by a process that took it over: the same step goes on.
      if (open) return steps;
      return [
        ...closed(steps, at),
        { step, stageIndex, stepIndex, from: at, to: null, outcome: 'running', retries: 0 },
      ];
    case 'StepRetrying':
      return open ? [...steps.slice(0, -1), { ...open, retries: open.retries + 1 }] : steps;
    case 'StepSucceeded':
    case 'StepFailed':
      return open
        ? [
            ...steps.slice(0, -1),
            { ...open, to: at, outcome: kind === 'StepFailed' ? 'failed' : 'succeeded' },
          ]
        : steps;
  }
}

/** Only the last step is ever open: whatever became of one, it was over when the next began. */
function closed(steps: readonly StepTime[], at: string): readonly StepTime[] {
  const last = steps.at(-1);
  return last?.to === null ? [...steps.slice(0, -1), { ...last, to: at, outcome: 'failed' }] : steps;
}
