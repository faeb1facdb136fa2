import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { Dispatcher as HttpDispatcher } from 'undici';
import type { RunMaterial } from '@/db/queries/execution';
import type { Failure } from '@/server/domain/events';
import type { Stage, StepDefinition } from '@/server/domain/playbook';
import { effectivePolicies, type Policies } from '@/server/domain/policies/choice';
import { type AppSettings, effectiveSetting, type SettingKey } from '@/server/domain/settings';
import { CHECKPOINT_LOST, occupiesSlot, type TaskState } from '@/server/domain/task';
import type { Snapshot } from '@/server/domain/tenant';
import { annotateLog } from '@/server/logging';
import { mask } from '@/server/security/secrets';
import type { CheckpointStore } from './checkpoints/checkpoint-store';
import { RunData } from './checkpoints/run-data';
import { Course, stepAt } from './course';
import type { Dispatch } from './dispatch/dispatcher';
import { driftFailure, findDrift, type KnownConfig } from './drift-guard';
import { type Draft, Fenced, RunSession, type SessionDeps } from './run-session';
import { runStep } from './steps/registry';
import type { StepResult, TaskRuntimeContext } from './steps/step';

export interface RunDeps extends SessionDeps {
  nodeId: string;
  /** What the run needs besides the task; null when there is no such task, or none that could be run. */
  readRun(taskId: string): Promise<RunMaterial | null>;
  http: HttpDispatcher;
  checkpoints: CheckpointStore;
  log: Logger;
  /** The tenant's secrets by name, for this run only. */
  secretsOf(tenantId: string): Promise<Record<string, string>>;
  /** True once the process is going down: stages end at their boundary, nothing new begins. */
  draining(): boolean;
  /** Hands the live session over, so that heartbeats can be written for it. */
  began(session: RunSession): void;
  /** Told after every step, for metrics. */
  stepEnded?(type: string, ok: boolean, seconds: number): void;
}

/** `left` means that the task is still to be run, by whoever takes it over next. */
export type RunEnd = 'ended' | 'left';

/**
 * Runs one task from its checkpoint until it rests. Taking over raises the epoch in the same commit that announces the
 * first step, so that a process that lost the run is refused from then on; a run that the admission claimed for this
 * process starts at once. Completed stages never run again.
 * Throws {@link Fenced} when another process took over, and the abort reason when `signal` fires.
 */
export async function runTask(
  deps: RunDeps,
  { taskId, run: admission, claimed }: Dispatch,
  signal: AbortSignal,
): Promise<RunEnd> {
  if (claimed) {
    const session = new RunSession(deps, claimed.read, signal);
    deps.began(session);
    return new Run(deps, claimed, session, signal).start();
  }
  const material = await deps.readRun(taskId);
  // A late delivery of an earlier admission: the present one has a delivery of its own.
  if (!material || !occupiesSlot(material.read.task.status) || material.read.run !== admission)
    return 'ended';
  const session = new RunSession(deps, material.read, signal);
  const run = new Run(deps, material, session, signal);
  await run.takeOver();
  deps.began(session);
  return run.toTheEnd();
}

class Run {
  private readonly course: Course;
  private readonly data: RunData;
  private secrets: Record<string, string> = {};
  private readonly policies: Policies;
  private readonly versionProbe: StepDefinition | null;
  /** The step under way was announced by a process that is gone. */
  private inDoubt = false;

  constructor(
    private readonly deps: RunDeps,
    private readonly material: RunMaterial,
    private readonly session: RunSession,
    private readonly signal: AbortSignal,
  ) {
    this.course = new Course(material.playbook, material.target.scope.labels);
    this.data = new RunData(deps, signal, material.read.task.direction);
    this.policies = effectivePolicies(material.read.settings.policies, material.playbook.policies);
    this.versionProbe =
      material.playbook.stages.flatMap((stage) => stage.steps).find((step) => step.type === 'health-check') ??
      null;
  }

  /** When the open step was first announced. */
  private get stepSince(): Date {
    const since = this.session.state.openStep?.since;
    return since ? new Date(since) : this.deps.clock.now();
  }

  /** Begins what the admission claimed for this process: its first step is announced already. */
  async start(): Promise<RunEnd> {
    this.secrets = await this.deps.secretsOf(this.session.state.tenantId);
    return this.toTheEnd();
  }

  async takeOver(): Promise<void> {
    this.secrets = await this.deps.secretsOf(this.session.state.tenantId);
    const { direction, dataAt } = this.session.state;
    const looked = { direction, dataAt };
    const lost = !(await this.data.load(this.session.state));
    await this.session.commit(
      (draft) => {
        const { status, openStep, retry, taskId } = draft.state;
        const { run, claimed: recovering } = this.session.admission;
        // Since it was read, whoever had it may have brought it to rest, and it may have been admitted anew.
        if (!occupiesSlot(status) || run !== this.material.read.run) throw new Fenced(taskId);
        // Who decided to send again knows that it may have arrived: it is not asked once more.
        this.inDoubt = openStep !== null && retry?.resolution !== 'resend';
        draft.apply(
          recovering ? { type: 'recovered', epoch: this.session.epoch + 1 } : { type: 'heartbeat' },
        );
        if (lost && isSamePlace(draft.state, looked)) return this.failWithoutData(draft);
        const open = draft.state.openStep;
        if (open && draft.state.retry?.resolution === 'applied')
          return this.takeAsApplied(draft, open.stepIndex);
        // In the middle of a stage the open step goes on; it is no boundary, so nothing may be granted here.
        if (open) return this.course.openStep(draft, this.course.stageAt(draft.state), open.stepIndex);
        draft.apply({ type: 'boundary' });
        if (occupiesSlot(draft.state.status)) this.course.openStage(draft);
      },
      () => ({ claim: true, beat: true, nodeId: this.deps.nodeId }),
    );
    await this.loadWhatCameSince(looked);
  }

  /** The process that had the run may have stored a stage between the look at the row and the claim. */
  private async loadWhatCameSince(loaded: Place): Promise<void> {
    const { state } = this.session;
    if (!occupiesSlot(state.status) || isSamePlace(state, loaded)) return;
    this.data.follow(state.direction);
    if (!(await this.data.load(state))) await this.session.commit((draft) => this.failWithoutData(draft));
  }

  private failWithoutData(draft: Draft): void {
    const failure: Failure = {
      errorType: 'SYSTEM',
      code: CHECKPOINT_LOST,
      message:
        'The checkpoint store lost what completed stages left for later ones. Retry it from its first stage.',
      at: draft.now.toISOString(),
      retryable: false,
      step: null,
      instance: null,
    };
    draft.apply({ type: 'stageFailed', stage: this.course.stageAt(draft.state).name, failure });
  }

  /** The operator looked at the target: the step in doubt did its work. */
  private takeAsApplied(draft: Draft, stepIndex: number): void {
    const stage = this.course.stageAt(draft.state);
    const step = stepAt(stage, stepIndex);
    draft.apply({
      type: 'stepSucceeded',
      stage: stage.name,
      step: step.name,
      stepIndex,
      stepType: step.type,
      detail: 'Taken as applied, by decision of an operator',
      attempts: [],
    });
    this.inDoubt = false;
    if (stepIndex < stage.steps.length - 1) {
      this.course.openStep(draft, stage, stepIndex + 1);
      return;
    }
    draft.apply({ type: 'stageSucceeded', stage: stage.name });
    draft.apply({ type: 'boundary' });
    if (occupiesSlot(draft.state.status)) this.course.openStage(draft);
  }

  async toTheEnd(): Promise<RunEnd> {
    while (occupiesSlot(this.session.state.status)) {
      // Nothing is open only when the process is going down: the stage was stored, the next one was not begun.
      if (this.session.state.openStep === null) return 'left';
      await this.runStage();
    }
    return 'ended';
  }

  private async runStage(): Promise<void> {
    const { state } = this.session;
    const stage = this.course.stageAt(state);
    this.data.follow(state.direction);
    for (let index = state.openStep?.stepIndex ?? 0; ; index += 1) {
      const step = stepAt(stage, index);
      annotateLog({
        tenantId: state.tenantId,
        stageName: stage.name,
        attempt: state.attempt,
        epoch: this.session.epoch,
      });
      const began = performance.now();
      const context = this.runtimeContext(stage, step, index);
      const result = (await this.refusedByDrift(step, context)) ?? (await runStep(step, context));
      this.inDoubt = false;
      this.deps.stepEnded?.(step.type, result.ok, (performance.now() - began) / 1000);
      if (!result.ok) return this.failStage(stage, step, index, result);
      const dataAt = await this.data.save(this.session.state, this.session.epoch, result.data);
      if (index === stage.steps.length - 1) return this.finishStage(stage, step, index, result, dataAt);
      await this.session.commit((draft) => {
        this.stepDone(draft, stage, step, index, result, dataAt);
        this.course.openStep(draft, stage, index + 1);
      });
    }
  }

  private stepDone(
    draft: Draft,
    stage: Stage,
    step: StepDefinition,
    stepIndex: number,
    result: StepResult & { ok: true },
    dataAt: TaskState['dataAt'],
  ) {
    const { detail, calls } = result;
    draft.apply({
      type: 'stepSucceeded',
      stage: stage.name,
      step: step.name,
      stepIndex,
      stepType: step.type,
      detail,
      attempts: this.masked(calls),
      dataAt,
    });
  }

  private async finishStage(
    stage: Stage,
    step: StepDefinition,
    stepIndex: number,
    result: StepResult & { ok: true },
    dataAt: TaskState['dataAt'],
  ): Promise<void> {
    await this.session.commit((draft) => {
      this.stepDone(draft, stage, step, stepIndex, result, dataAt);
      draft.apply({ type: 'stageSucceeded', stage: stage.name });
      draft.apply({ type: 'boundary' });
      if (!this.deps.draining() && occupiesSlot(draft.state.status)) this.course.openStage(draft);
    });
  }

  private async failStage(
    stage: Stage,
    step: StepDefinition,
    stepIndex: number,
    result: StepResult & { ok: false },
  ) {
    const failure = { ...result.failure, message: this.maskText(result.failure.message) };
    await this.session.commit((draft) => {
      draft.apply({
        type: 'stepFailed',
        stage: stage.name,
        step: step.name,
        stepIndex,
        failure,
        attempts: this.masked(result.calls),
      });
      draft.apply({ type: 'stageFailed', stage: stage.name, failure });
      if (!this.deps.draining() && occupiesSlot(draft.state.status)) this.course.openStage(draft);
    });
  }

  /** Before configuration is sent: whether the instances run what is on record. Null when it may be sent. */
  private async refusedByDrift(
    step: StepDefinition,
    context: TaskRuntimeContext,
  ): Promise<StepResult | null> {
    const { target, previous, recordedVersion, read } = this.material;
    const guarded = step.type === 'config-update' && read.settings.driftGuard !== false;
    const nothingKnown = previous === null && recordedVersion === null;
    if (!guarded || nothingKnown || this.inDoubt || this.session.state.driftAccepted) return null;
    const known: KnownConfig[] = previous ? [target, previous] : [target];
    if (recordedVersion) known.push({ version: recordedVersion, digest: null });
    const findings = await findDrift(context, context.config.endpoints, known);
    return findings.length === 0 ? null : { ok: false, failure: driftFailure(context, findings), calls: [] };
  }

  private runtimeContext(stage: Stage, step: StepDefinition, stepIndex: number): TaskRuntimeContext {
    const { state, epoch } = this.session;
    const config = this.configFor(state);
    const { layers } = this.material.read;
    return {
      planId: state.planId,
      taskId: state.taskId,
      tenantId: state.tenantId,
      stage: stage.name,
      step: step.name,
      direction: state.direction,
      attempt: state.attempt,
      epoch,
      config,
      secrets: this.secrets,
      setting: (key, fromStep) =>
        effectiveSetting(
          { ...layers, playbook: { ...layers.playbook, ...said(key, fromStep) }, ...this.deps.layers() },
          key,
        ).value,
      healthCheckPolicy: this.policies.healthCheck,
      versionProbe: this.versionProbe,
      since: this.stepSince,
      inDoubt: this.inDoubt,
      requested: () => this.session.requested(),
      data: this.data.values,
      signal: this.signal,
      http: this.deps.http,
      now: () => this.deps.clock.now(),
      delay: (millis) => this.deps.delay(millis, this.signal),
      probed: (round, rounds, instances) =>
        this.session.append([
          {
            kind: 'ProbeResult',
            status: this.session.state.status,
            actor: 'executor',
            at: this.deps.clock.now(),
            message: `Round ${round} of ${rounds}: ${instances.filter((one) => one.ok).length} of ${instances.length} instances on ${config.version}`,
            payload: {
              stage: stage.name,
              stageIndex: state.stageIndex,
              step: step.name,
              stepIndex,
              round,
              rounds,
              instances: instances.map((one) => ({ ...one, detail: this.maskText(one.detail) })),
            },
          },
        ]),
      idempotencyKey: (call, endpoint) =>
        createHash('sha256')
          .update(
            JSON.stringify([
              state.taskId,
              state.direction,
              state.attempt,
              state.stageIndex,
              stepIndex,
              call,
              endpoint,
              config.digest,
            ]),
          )
          .digest('hex')
          .slice(0, 32),
    };
  }

  private configFor(state: TaskState): Snapshot {
    if (state.direction === 'forward') return this.material.target;
    if (!this.material.previous) throw new Error(`${state.taskId} rolls back without a previous snapshot`);
    // Endpoints are those frozen with the plan: they are where the new version went.
    return { ...this.material.previous, endpoints: this.material.target.endpoints };
  }

  private masked(calls: readonly { request: string; response: string }[]): unknown[] {
    return calls.map((call) => ({
      ...call,
      request: this.maskText(call.request),
      response: this.maskText(call.response),
    }));
  }

  private maskText(text: string): string {
    return mask(text, Object.values(this.secrets));
  }
}

/** Where stage data lies: there and back again have their own, under numbers that may be the same. */
type Place = Pick<TaskState, 'direction' | 'dataAt'>;

const isSamePlace = (one: Place, other: Place) =>
  one.direction === other.direction &&
  one.dataAt?.epoch === other.dataAt?.epoch &&
  one.dataAt?.stageIndex === other.dataAt?.stageIndex;

/** What a step itself says, as part of its playbook. */
const said = <K extends SettingKey>(key: K, value: AppSettings[K] | undefined) =>
  value === undefined ? {} : { [key]: value };
