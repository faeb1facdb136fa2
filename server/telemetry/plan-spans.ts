import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { DomainEvent, EventKind } from '@/domain/events';
import type { Failure } from '@/domain/failure';
import type { StoredGroup } from './observe-commits';
import type { SpanIds } from './span-ids';

/** Which stored event a span began with, where this process did not see it: the newest of these kinds, at this place. */
export interface Beginning {
  planId: string;
  taskId: string | null;
  kinds: EventKind[];
  /** What its payload says of stage and step. */
  place: { stageIndex?: number; stepIndex?: number };
}

/** What a span is about; its ids follow from it. */
interface Subject {
  planId: string;
  path: (string | number)[];
  parent: (string | number)[] | null;
  name: string;
  attributes: Attributes;
  beginning: Beginning;
}

type Task = NonNullable<StoredGroup['task']>;

/** More open spans than this are forgotten, oldest first: theirs ended in another process. */
const MAX_OPEN = 50_000;
const NEW_ATTEMPT: EventKind[] = ['TaskStarted', 'TaskRetryStarted', 'TaskRollingBack'];

/**
 * Turns stored events into the spans plan → attempt of a task → stage → step. A span is made when its end is stored,
 * with the times of the two events; messages, requests and answers stay out of it.
 */
export class PlanSpans {
  readonly #open = new Map<string, Date>();
  readonly #steps = new Map<string, { attempt: number; stageIndex: number; stepIndex: number }>();
  readonly #ending = new Set<Promise<void>>();

  constructor(
    private readonly tracer: Tracer,
    private readonly ids: SpanIds,
    /** Whether this trace is recorded at all: asked for the root, and true for all below it. */
    private readonly sampled: (traceId: string) => boolean,
    private readonly findBeginning: (beginning: Beginning) => Promise<Date | null>,
  ) {}

  /** Takes what a commit stored. */
  readonly stored = (groups: readonly StoredGroup[]): void => {
    for (const { planId, task, events } of groups) {
      if (!task) {
        for (const event of events) this.#planEvent(planId, event);
        continue;
      }
      // The state is the one after all of them; what came before the last beginning belongs to the attempt before.
      let attempt = task.attempt - events.filter(({ kind }) => NEW_ATTEMPT.includes(kind)).length;
      for (const event of events) {
        if (NEW_ATTEMPT.includes(event.kind)) {
          // A rollback granted at a boundary ends the attempt that was under way.
          if (this.#open.has(keyOf(['task', task.taskId, attempt])))
            this.#end(taskSubject(planId, { ...task, attempt }), event);
          attempt += 1;
        }
        this.#taskEvent(planId, { ...task, attempt }, event);
      }
    }
  };

  /** The context of the step that this process has under way for a task: the parent of its requests. */
  contextOfStep(taskId: string, planId: string): Context | null {
    const step = this.#steps.get(taskId);
    return step
      ? this.#contextOf(planId, ['step', taskId, step.attempt, step.stageIndex, step.stepIndex])
      : null;
  }

  /** Resolves when every ended span was handed to the exporter. */
  async settled(): Promise<void> {
    while (this.#ending.size > 0) await Promise.allSettled(this.#ending);
  }

  #planEvent(planId: string, event: DomainEvent): void {
    const subject: Subject = {
      planId,
      path: ['plan', planId],
      parent: null,
      name: 'plan',
      attributes: { 'switchyard.plan.id': planId },
      beginning: { planId, taskId: null, kinds: ['PlanStarted'], place: {} },
    };
    switch (event.kind) {
      case 'PlanStarted':
        this.#begin(subject, event);
        break;
      case 'PlanCompleted':
      case 'PlanCancelled':
      case 'PlanRolledBack':
        this.#end(subject, event);
        break;
      case 'PlanFailed':
      case 'PlanPartiallyFailed':
        this.#end(subject, event, event.status);
        break;
    }
  }

  #taskEvent(planId: string, task: Task, event: DomainEvent): void {
    // One that never started has nothing to show: a cancelled plan may have thousands.
    if (task.attempt === 0) return;
    switch (event.kind) {
      case 'TaskStarted':
      case 'TaskRetryStarted':
      case 'TaskRollingBack':
        this.#begin(taskSubject(planId, task), event);
        break;
      case 'TaskCompleted':
      case 'TaskCancelled':
      case 'TaskRolledBack':
        this.#end(taskSubject(planId, task), event);
        break;
      case 'TaskFailed':
      case 'TaskRollbackFailed':
        this.#end(taskSubject(planId, task), event, event.payload.failure);
        break;
      case 'StageStarted':
      case 'StageRollingBack':
        this.#begin(stageSubject(planId, task, event.payload), event);
        break;
      case 'StageSucceeded':
      case 'StageRolledBack':
        this.#end(stageSubject(planId, task, event.payload), event);
        break;
      case 'StageFailed':
      case 'StageRollbackFailed':
        this.#end(stageSubject(planId, task, event.payload), event, event.payload.failure);
        break;
      case 'StepStarted': {
        const { stageIndex, stepIndex } = event.payload;
        this.#steps.set(task.taskId, { attempt: task.attempt, stageIndex, stepIndex });
        this.#begin(stepSubject(planId, task, event.payload), event);
        break;
      }
      case 'StepSucceeded':
        this.#steps.delete(task.taskId);
        this.#end(stepSubject(planId, task, event.payload), event);
        break;
      case 'StepFailed':
        this.#steps.delete(task.taskId);
        this.#end(stepSubject(planId, task, event.payload), event, event.payload.failure);
        break;
    }
  }

  #begin({ path }: Subject, { at }: DomainEvent): void {
    const key = keyOf(path);
    // A step that was taken over is announced again; it goes on from then.
    this.#open.delete(key);
    this.#open.set(key, at);
    const [oldest] = this.#open.keys();
    if (this.#open.size > MAX_OPEN && oldest !== undefined) this.#open.delete(oldest);
  }

  #end(subject: Subject, event: DomainEvent, wrong?: Failure | string): void {
    const key = keyOf(subject.path);
    const began = this.#open.get(key);
    this.#open.delete(key);
    if (began) {
      this.#make(subject, began, event.at, wrong);
      return;
    }
    // Another process began it: when, is in the event table.
    const ending = this.findBeginning(subject.beginning)
      .catch(() => null)
      .then((at) => this.#make(subject, at ?? event.at, event.at, wrong))
      .finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  #make(subject: Subject, began: Date, ended: Date, wrong: Failure | string | undefined): void {
    const traceId = this.ids.traceOf(subject.planId);
    const parent = subject.parent ? this.#contextOf(subject.planId, subject.parent) : ROOT_CONTEXT;
    this.ids.use(traceId, this.ids.spanOf(...subject.path));
    const span = this.tracer.startSpan(
      subject.name,
      { startTime: began, attributes: subject.attributes },
      parent,
    );
    if (typeof wrong === 'string') span.setStatus({ code: SpanStatusCode.ERROR, message: wrong });
    else if (wrong) {
      span.setAttributes({
        'error.type': wrong.errorType,
        'switchyard.failure.code': wrong.code,
        ...(wrong.instance ? { 'switchyard.instance': wrong.instance } : {}),
      });
      span.setStatus({ code: SpanStatusCode.ERROR, message: wrong.code });
    }
    span.end(ended);
  }

  #contextOf(planId: string, path: readonly (string | number)[]): Context {
    const traceId = this.ids.traceOf(planId);
    return trace.setSpanContext(ROOT_CONTEXT, {
      traceId,
      spanId: this.ids.spanOf(...path),
      traceFlags: this.sampled(traceId) ? TraceFlags.SAMPLED : TraceFlags.NONE,
      isRemote: true,
    });
  }
}

const keyOf = (path: readonly (string | number)[]) => path.join('\0');

function taskSubject(planId: string, { taskId, tenantId, attempt }: Task): Subject {
  return {
    planId,
    path: ['task', taskId, attempt],
    parent: ['plan', planId],
    name: `task ${tenantId}`,
    attributes: {
      'switchyard.plan.id': planId,
      'switchyard.task.id': taskId,
      'switchyard.tenant.id': tenantId,
      'switchyard.attempt': attempt,
    },
    beginning: { planId, taskId, kinds: NEW_ATTEMPT, place: {} },
  };
}

function stageSubject(
  planId: string,
  task: Task,
  { stage, stageIndex }: { stage: string; stageIndex: number },
): Subject {
  const parent = taskSubject(planId, task);
  return {
    ...parent,
    path: ['stage', task.taskId, task.attempt, stageIndex],
    parent: parent.path,
    name: `stage ${stage}`,
    attributes: { ...parent.attributes, 'switchyard.stage': stage, 'switchyard.stage.index': stageIndex },
    beginning: {
      planId,
      taskId: task.taskId,
      kinds: ['StageStarted', 'StageRollingBack'],
      place: { stageIndex },
    },
  };
}

function stepSubject(
  planId: string,
  task: Task,
  at: { stage: string; stageIndex: number; step: string; stepIndex: number },
): Subject {
  const parent = stageSubject(planId, task, at);
  return {
    ...parent,
    path: ['step', task.taskId, task.attempt, at.stageIndex, at.stepIndex],
    parent: parent.path,
    name: `step ${at.step}`,
    attributes: {
      ...parent.attributes,
      'switchyard.step': at.step,
      'switchyard.step.index': at.stepIndex,
    },
    beginning: {
      planId,
      taskId: task.taskId,
      kinds: ['StepStarted'],
      place: { stageIndex: at.stageIndex, stepIndex: at.stepIndex },
    },
  };
}
