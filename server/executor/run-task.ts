import { isConnectionLoss, isLastingRefusal } from '@/db/connection-loss';
import type { RunMaterial } from '@/db/queries/execution';
import { isApproval, type Stage, type StepDefinition, tellsApart } from '@/domain/playbook';
import { effectivePolicies, type Policies } from '@/domain/policies/choice';
import { isGivenUp } from '@/domain/takeover';
import { occupiesSlot, type TaskState } from '@/domain/task';
import { annotateLog } from '@/server/logging';
import { foreignText, whyNotStorable } from '@/server/security/foreign-text';
import { hiddenValues, type OpenSecrets } from '@/server/security/open-secrets';
import { NO_VEIL, Veil } from '@/server/security/veil';
import { RunLost } from '@/server/steps/run-lost';
import { failure } from '@/server/steps/step';
import type { StepResult } from '@/server/steps/task-runtime-context';
import { RunData } from './checkpoints/run-data';
import { type Course, courseOf, stepAt } from './course';
import { whatHoldsBack } from './hold-back';
import type { RunDeps } from './run-deps';
import { failOpenStep, failWithoutData, giveUp, type RunPlace, takeAsApplied } from './run-failures';
import { type Draft, Fenced, RunSession } from './run-session';
import { type StepHost, type StepOutcome, StepRun } from './step-run';

/** Stage data of one task, in bytes of JSON. */
const MOST_DATA_BYTES = 256 * 1024;
/** How often it is looked whether what holds a taken over step back is over. */
const LOOK_EVERY_MS = 1000;

type Done = StepResult & { ok: true } & Pick<StepOutcome, 'reached'>;

/** A task that is to be run here. */
export interface Admitted {
  taskId: string;
  /** What the statement that admitted it took over for this process at once. */
  claimed?: RunMaterial;
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
  { taskId, claimed }: Admitted,
  signal: AbortSignal,
): Promise<RunEnd> {
  if (claimed) {
    const session = new RunSession(deps, claimed.read, signal);
    deps.began(session);
    return new Run(deps, claimed, session, signal).toTheEnd();
  }
  const material = await deps.readRun(taskId);
  // It came to rest since it was looked for.
  if (!material || !occupiesSlot(material.read.task.status)) return 'ended';
  const session = new RunSession(deps, material.read, signal);
  const run = new Run(deps, material, session, signal);
  await run.takeOver();
  return run.toTheEnd();
}

class Run {
  private readonly course: Course;
  private readonly data: RunData;
  private secrets: OpenSecrets['named'] = {};
  private readonly veil = new Veil();
  private readonly policies: Policies;
  private readonly versionProbe: StepDefinition | null;
  /** The step under way was announced by a process that is gone. */
  private inDoubt = false;
  private readonly settled = new Set<string>();

  constructor(
    private readonly deps: RunDeps,
    private material: RunMaterial,
    private readonly session: RunSession,
    private readonly signal: AbortSignal,
  ) {
    this.course = courseOf(material);
    this.data = new RunData(deps, signal, material.read.task.direction, this.veil);
    this.policies = effectivePolicies(material.read.settings.policies, material.playbook.policies);
    this.versionProbe =
      material.playbook.stages.flatMap((stage) => stage.steps).find((step) => step.type === 'health-check') ??
      null;
  }

  private get place(): RunPlace {
    return { course: this.course, draining: this.deps.draining };
  }

  async takeOver(): Promise<void> {
    const { direction, dataAt, takeover } = this.session.state;
    // Whoever takes over what nobody got on with waits longer each time.
    if (takeover) await this.deps.delay(untilDue(takeover.notBefore, this.deps.clock.now()), this.signal);
    const looked = { direction, dataAt };
    const lost = !(await this.data.load(this.session.state));
    const held = await this.heldBack();
    await this.session.commit(
      (draft) => {
        const { status, openStep, retry, taskId } = draft.state;
        const recovering = this.session.claimed;
        if (!occupiesSlot(status)) throw new Fenced(taskId);
        // Who decided to send again knows that it may have arrived: it is not asked once more.
        this.inDoubt = openStep !== null && retry?.resolution !== 'resend';
        draft.apply(
          recovering ? { type: 'recovered', epoch: this.session.epoch + 1 } : { type: 'heartbeat' },
        );
        if (lost && isSamePlace(draft.state, looked)) return failWithoutData(this.place, draft);
        const open = draft.state.openStep;
        if (open && isGivenUp(draft.state)) return giveUp(this.place, draft);
        if (open && draft.state.retry?.resolution === 'applied') {
          this.inDoubt = false;
          return takeAsApplied(this.place, draft, open.stepIndex);
        }
        if (!open) return this.goOn(draft, 'boundary');
        if (recovering && held === null) this.goOn(draft, 'takeoverBoundary');
        else if (!recovering) this.course.openStep(draft, this.course.stageAt(draft.state), open.stepIndex);
      },
      () => ({ claim: true, beat: true, nodeId: this.deps.nodeId }),
    );
    await this.loadWhatCameSince(looked);
    this.deps.began(this.session);
    if (held !== null) await this.waitUntilFree();
  }

  /** Grants what waits; then announces the step that was open again, or the next stage. */
  private goOn(draft: Draft, boundary: 'boundary' | 'takeoverBoundary'): void {
    draft.apply({ type: boundary });
    if (!occupiesSlot(draft.state.status)) return;
    const { openStep } = draft.state;
    // What begins now was sent by nobody.
    if (!openStep) this.inDoubt = false;
    if (openStep) this.course.openStep(draft, this.course.stageAt(draft.state), openStep.stepIndex);
    else this.course.openStage(draft);
  }

  /** What forbids that a step is sent again for now: the stop of everything, or a freeze of the tenant. */
  private async heldBack(): Promise<string | null> {
    const { openStep, direction } = this.session.state;
    const again = openStep !== null && direction === 'forward' && this.session.claimed;
    return again ? whatHoldsBack(this.deps.db, this.session.state, this.material.target.scope.labels) : null;
  }

  /** The run is ours, and its step not sent again before nothing holds it back or an operator wants it otherwise. */
  private async waitUntilFree(): Promise<void> {
    for (;;) {
      const { status, openStep, direction } = this.session.state;
      if (!occupiesSlot(status) || openStep === null || direction !== 'forward') return;
      const held = await whatHoldsBack(this.deps.db, this.session.state, this.material.target.scope.labels);
      if (held !== null) {
        await this.deps.delay(LOOK_EVERY_MS, this.signal);
        await this.session.catchUp();
      }
      const { request } = this.session.state;
      const leaves = request?.kind === 'cancel' || request?.kind === 'rollback' || this.session.planLeaves;
      if (held !== null && !leaves) continue;
      await this.session.commit((draft) => this.goOn(draft, 'takeoverBoundary'));
      return;
    }
  }

  /** The process that had the run may have stored a stage between the look at the row and the claim. */
  private async loadWhatCameSince(loaded: Place): Promise<void> {
    const { state } = this.session;
    if (!occupiesSlot(state.status) || isSamePlace(state, loaded)) return;
    this.data.follow(state.direction);
    if (!(await this.data.load(state)))
      await this.session.commit((draft) => failWithoutData(this.place, draft));
  }

  /**
   * Runs what is left. What cannot be stored however often it is tried fails its step in words; anything else that breaks
   * the run is on record before somebody takes it over, so that they wait.
   */
  async toTheEnd(): Promise<RunEnd> {
    try {
      return await this.stages();
    } catch (error) {
      this.signal.throwIfAborted();
      if (error instanceof RunLost || isConnectionLoss(error)) throw error;
      const reason = foreignText(error instanceof Error ? error.message : String(error), this.veil, 500);
      this.deps.log.error({ err: error, taskId: this.session.state.taskId }, 'A run broke');
      if (isLastingRefusal(error) && (await this.failUnstored(reason))) return this.toTheEnd();
      await this.session.commit((draft) => {
        if (occupiesSlot(draft.state.status)) draft.apply({ type: 'broke', reason });
      });
      throw error;
    }
  }

  /** False when not even that can be stored. */
  private async failUnstored(reason: string): Promise<boolean> {
    const message = `The database refused to store what came of this step: ${reason}. Its effect on the target is not on record.`;
    try {
      await this.session.commit((draft) => {
        if (occupiesSlot(draft.state.status) && draft.state.openStep)
          failOpenStep(this.place, draft, { code: 'NOT_STORED', message, doubtful: true });
      });
      return true;
    } catch (error) {
      if (error instanceof RunLost || isConnectionLoss(error)) throw error;
      return false;
    }
  }

  private async stages(): Promise<RunEnd> {
    await this.openSecrets();
    while (occupiesSlot(this.session.state.status)) {
      // Nothing is open only when the process is going down: the stage was stored, the next one was not begun.
      if (this.session.state.openStep === null) return 'left';
      await this.runStage();
    }
    return 'ended';
  }

  /** A secret that cannot be opened fails this task, and no other. */
  private async openSecrets(): Promise<void> {
    if (!occupiesSlot(this.session.state.status)) return;
    try {
      const opened = await this.deps.secretsOf(this.session.state.tenantId);
      for (const value of hiddenValues(opened)) this.veil.add(value);
      this.secrets = opened.named;
    } catch (error) {
      if (isConnectionLoss(error)) throw error;
      const told = foreignText(error instanceof Error ? error.message : String(error), NO_VEIL, 500);
      const message = `A secret of the tenant cannot be opened: ${told}. Set it anew, or give the server the key it was sealed with.`;
      // Announced only, it has told nobody anything; taken over, nobody can say.
      const reached = this.inDoubt ? undefined : {};
      await this.session.commit((draft) =>
        failOpenStep(this.place, draft, { code: 'SECRET_UNREADABLE', message, doubtful: false }, reached),
      );
    }
  }

  private async runStage(): Promise<void> {
    const { state } = this.session;
    const stage = this.course.stageAt(state);
    this.data.follow(state.direction);
    await this.knowPrevious();
    for (let index = state.openStep?.stepIndex ?? 0; ; index += 1) {
      const step = stepAt(stage, index);
      annotateLog({
        tenantId: state.tenantId,
        stageName: stage.name,
        attempt: state.attempt,
        epoch: this.session.epoch,
      });
      const began = performance.now();
      const outcome = await new StepRun(this.host, stage, step, index).run();
      const { reached } = outcome;
      const result = this.fit(outcome.result, step);
      this.inDoubt = false;
      this.deps.stepEnded?.(step.type, result.ok, (performance.now() - began) / 1000);
      if (!result.ok) return this.failStage(stage, step, index, result, reached);
      if (result.asks && isApproval(stage)) return this.ask(stage);
      const dataAt = await this.data.save(this.session.state, this.session.epoch, result.data);
      if (index === stage.steps.length - 1)
        return this.finishStage(stage, step, index, { ...result, reached }, dataAt);
      await this.session.commit((draft) => {
        this.stepDone(draft, stage, step, index, { ...result, reached }, dataAt);
        this.course.openStep(draft, stage, index + 1);
      });
    }
  }

  private get host(): StepHost {
    const { deps, material, session, signal, secrets, veil, policies, versionProbe, inDoubt, settled } = this;
    return {
      deps,
      material,
      session,
      signal,
      secrets,
      veil,
      policies,
      versionProbe,
      inDoubt,
      settled,
      data: this.data.values,
    };
  }

  /** What later stages send on must arrive as it was: it is kept whole, or the step fails in words. */
  private fit(result: StepResult, step: StepDefinition): StepResult {
    const why = result.ok && result.data ? whyNotStorable(result.data, MOST_DATA_BYTES) : null;
    if (!result.ok || why === null) return result;
    const now = this.deps.clock.now();
    const message = `What ${step.name} took from the answers for later stages ${why}. Extract less, or something else.`;
    const what = failure({ now: () => now, step: step.name }, 'BUSINESS', 'UNFIT_DATA', message);
    return { ok: false, failure: what, calls: result.calls };
  }

  /** Where somebody chose another version to go back to, it is not the one that was read with the run. */
  private async knowPrevious(): Promise<void> {
    const { direction, previous, taskId } = this.session.state;
    const wanted = direction === 'rollback' ? previous?.snapshotId : undefined;
    if (wanted === undefined || wanted === this.material.read.previousSnapshotId) return;
    const fresh = await this.deps.readRun(taskId);
    if (fresh)
      this.material = {
        ...this.material,
        previous: fresh.previous,
        read: { ...this.material.read, previousSnapshotId: wanted },
      };
  }

  private stepDone(
    draft: Draft,
    stage: Stage,
    step: StepDefinition,
    stepIndex: number,
    result: Done,
    dataAt: TaskState['dataAt'],
  ) {
    const { detail, calls, reached, confirms } = result;
    draft.apply({
      type: 'stepSucceeded',
      stage: stage.name,
      step: step.name,
      stepIndex,
      stepType: step.type,
      detail,
      attempts: calls,
      confirms: confirms !== false && tellsApart(step),
      dataAt,
      reached,
    });
  }

  private async finishStage(
    stage: Stage,
    step: StepDefinition,
    stepIndex: number,
    result: Done,
    dataAt: TaskState['dataAt'],
  ): Promise<void> {
    await this.session.commit((draft) => {
      this.stepDone(draft, stage, step, stepIndex, result, dataAt);
      draft.apply({ type: 'stageSucceeded', stage: stage.name });
      draft.apply({ type: 'boundary' });
      if (!this.deps.draining() && occupiesSlot(draft.state.status)) this.course.openStage(draft);
    });
  }

  /** What was asked for meanwhile comes first: whoever cancels does not wait for an approval. */
  private async ask(stage: Stage): Promise<void> {
    await this.session.commit((draft) => {
      draft.apply({ type: 'boundary' });
      if (draft.state.status === 'RUNNING') this.course.ask(draft, stage);
      else if (!this.deps.draining() && occupiesSlot(draft.state.status)) this.course.openStage(draft);
    });
  }

  private async failStage(
    stage: Stage,
    step: StepDefinition,
    stepIndex: number,
    { failure, calls }: StepResult & { ok: false },
    reached: StepOutcome['reached'],
  ) {
    await this.session.commit((draft) => {
      draft.apply({
        type: 'stepFailed',
        stage: stage.name,
        step: step.name,
        stepIndex,
        stepType: step.type,
        failure,
        attempts: calls,
        reached,
      });
      draft.apply({ type: 'stageFailed', stage: stage.name, failure });
      if (!this.deps.draining() && occupiesSlot(draft.state.status)) this.course.openStage(draft);
    });
  }
}

/** Where stage data lies: there and back again have their own, under numbers that may be the same. */
type Place = Pick<TaskState, 'direction' | 'dataAt'>;

const isSamePlace = (one: Place, other: Place) =>
  one.direction === other.direction &&
  one.dataAt?.epoch === other.dataAt?.epoch &&
  one.dataAt?.stageIndex === other.dataAt?.stageIndex;

/** Milliseconds until then, at most a minute: the clock it is counted by may be set. */
const untilDue = (time: string, now: Date): number =>
  Math.min(Math.max(Date.parse(time) - now.getTime(), 0), 60_000);
