import type { ProbeOutcome } from '@/domain/events';
import type { LiveEvent } from '@/domain/view/plan-view';
import { type Call, readCall } from './call-record';

/** A health round: what each instance said, and when. */
export interface Round {
  round: number;
  rounds: number;
  at: string;
  instances: readonly ProbeOutcome[];
}

/** One time a step was run, from its announcement to its end. */
export interface StepRun {
  planSeq: number;
  /** Which run of the task it belongs to: a retry or a rollback begins a new one. */
  run: number;
  direction: 'forward' | 'rollback';
  startedAt: string | null;
  endedAt: string | null;
  outcome: 'running' | 'done' | 'failed';
  message: string;
  calls: Call[];
  rounds: Round[];
}

/** A step with everything that was tried, the first try first. */
export interface StepRuns {
  stage: string;
  step: string;
  runs: StepRun[];
}

interface OfStep {
  stage: string;
  step: string;
  attempts?: unknown[];
}

/** What was done, step by step, in the order in which the steps first began. */
export function stepRuns(events: readonly LiveEvent[]): StepRuns[] {
  const steps = new Map<string, StepRuns>();
  let run = 0;
  let direction: StepRun['direction'] = 'forward';
  const runOf = ({ stage, step }: OfStep, event: LiveEvent, begins: boolean): StepRun => {
    const key = JSON.stringify([stage, step]);
    const known = steps.get(key) ?? { stage, step, runs: [] };
    steps.set(key, known);
    const open = known.runs.at(-1);
    // After a takeover the same run announces its step again.
    if (open?.outcome === 'running' && (!begins || open.run === run)) return open;
    const fresh: StepRun = {
      planSeq: event.planSeq,
      run: Math.max(1, run),
      direction,
      startedAt: begins ? event.at : null,
      endedAt: null,
      outcome: 'running',
      message: '',
      calls: [],
      rounds: [],
    };
    known.runs.push(fresh);
    return fresh;
  };
  for (const event of events) {
    switch (event.kind) {
      case 'TaskStarted':
      case 'TaskRetryStarted':
        run += 1;
        direction = 'forward';
        break;
      case 'TaskRollingBack':
        run += 1;
        direction = 'rollback';
        break;
      case 'StepStarted':
        runOf(event.payload, event, true);
        break;
      case 'ProbeResult': {
        if (event.payload.guard) break;
        const { round, rounds, instances } = event.payload;
        runOf(event.payload, event, false).rounds.push({ round, rounds, instances, at: event.at });
        break;
      }
      case 'StepSucceeded':
      case 'StepFailed': {
        const ended = runOf(event.payload, event, false);
        ended.planSeq = event.planSeq;
        ended.endedAt = event.at;
        ended.outcome = event.kind === 'StepSucceeded' ? 'done' : 'failed';
        ended.message = event.message;
        ended.calls = (event.payload.attempts ?? []).map(readCall);
        break;
      }
      default:
    }
  }
  return [...steps.values()];
}

/** Where a bar begins and how long it is, in percent of the step's time. */
export interface Span {
  left: number;
  width: number;
}

/**
 * Calls are made one after the other, and how long each took is on record; what else the step waited for lies after the
 * last. Without times there is nothing to draw.
 */
export function waterfall({
  calls,
  startedAt,
  endedAt,
}: Pick<StepRun, 'calls' | 'startedAt' | 'endedAt'>): Span[] {
  const lengths = calls.map(({ millis }) => Math.max(0, millis ?? 0));
  const sum = lengths.reduce((all, one) => all + one, 0);
  const took = startedAt && endedAt ? Date.parse(endedAt) - Date.parse(startedAt) : 0;
  const whole = Math.max(sum, took, 1);
  let before = 0;
  return lengths.map((length) => {
    const span = { left: (before / whole) * 100, width: (length / whole) * 100 };
    before += length;
    return span;
  });
}
