import { createHash } from 'node:crypto';
import type { RunMaterial } from '@/db/queries/execution';
import type { ProbeOutcome } from '@/domain/events';
import { comparesDigest, type Stage, type StepDefinition } from '@/domain/playbook';
import type { Policies } from '@/domain/policies/choice';
import { reachOf } from '@/domain/sent';
import { type AppSettings, effectiveSetting, type SettingKey } from '@/domain/settings';
import { NO_COURSE, STOPPED, type StepCourse, type TaskState } from '@/domain/task';
import type { Snapshot } from '@/domain/tenant';
import { foreignText, foreignValue } from '@/server/security/foreign-text';
import { NO_VEIL, type Veil } from '@/server/security/veil';
import { compareLive } from '@/server/steps/live-version';
import { Reached } from '@/server/steps/reach';
import { runStep } from '@/server/steps/registry';
import { failure } from '@/server/steps/step';
import { StepStopped } from '@/server/steps/step-stopped';
import type { StepResult, TaskRuntimeContext } from '@/server/steps/task-runtime-context';
import { abortedBy } from './aborted-by';
import { driftFailure, driftIn, guardRound, type KnownConfig, type Look, lookAt } from './drift-guard';
import type { RunDeps } from './run-deps';
import type { RunSession } from './run-session';

/** What a step is run with; the same for all steps of a run. */
export interface StepHost {
  deps: RunDeps;
  material: RunMaterial;
  session: RunSession;
  signal: AbortSignal;
  secrets: Readonly<Record<string, string>>;
  /** What of this run nobody may see; it grows. */
  veil: Veil;
  policies: Policies;
  versionProbe: StepDefinition | null;
  /** What earlier stages left for later ones. */
  data: Readonly<Record<string, unknown>>;
  /** The step was announced by a process that is gone. */
  inDoubt: boolean;
  /** Instances that this run found on the wanted version already, and did not send to. */
  settled: Set<string>;
}

/** Kinds of steps whose silence means that nothing left. */
const TELLS_WHAT_LEAVES = ['config-update', 'broadcast', 'http-request', 'sql', 'amqp'];

export interface StepOutcome {
  result: StepResult;
  /** Undefined where the kind of step does not say what it sends. */
  reached: Reached['instances'] | undefined;
}

/**
 * Runs one step: looks before a configuration is sent, ends it when an operator does not want to wait, and lets nothing
 * from outside through that cannot be kept. Rejects only when the run itself is aborted or lost.
 */
export class StepRun {
  readonly #reached = new Reached();
  /** Fires with the run's, or when an operator does not want to wait. */
  readonly #stop: AbortController;
  readonly #context: TaskRuntimeContext;
  #looks: Promise<Look[]> | null = null;

  constructor(
    private readonly host: StepHost,
    private readonly stage: Stage,
    private readonly step: StepDefinition,
    private readonly index: number,
  ) {
    // The run's signal goes when the run does, and what follows it with it.
    this.#stop = abortedBy(host.signal).abort;
    this.#context = this.context();
  }

  async run(): Promise<StepOutcome> {
    const { session, signal } = this.host;
    const result = await session.stoppable(this.#stop, async () => {
      try {
        return (await this.refusedByDrift()) ?? (await runStep(this.step, this.#context));
      } catch (error) {
        // The run was taken away: there is nobody left to tell.
        signal.throwIfAborted();
        if (this.#stop.signal.reason instanceof StepStopped) return this.stopped(this.#stop.signal.reason);
        throw error;
      }
    });
    const told = TELLS_WHAT_LEAVES.includes(this.step.type) || this.#reached.anything;
    return { result: kept(result, this.host.veil), reached: told ? this.#reached.instances : undefined };
  }

  private get course(): StepCourse {
    return this.host.session.state.openStep?.course ?? NO_COURSE;
  }

  /** Its own outcome: between two rounds or tries nothing is in doubt, an abandoned call is. */
  private stopped({ by, because }: StepStopped): StepResult {
    const reason = because ? ` (${because})` : '';
    const { underWay } = this.#reached;
    if (underWay.length > 0) {
      const who = underWay.map((key) => (key === '*' ? this.#context.tenantId : key)).join(', ');
      const message = `Stopped by ${by} while ${who} was being told${reason}: nobody knows whether that took effect. Look at it, then decide.`;
      return { ok: false, failure: failure(this.#context, 'IN_DOUBT', STOPPED, message), calls: [] };
    }
    const between = this.step.type === 'health-check' ? 'two rounds' : 'two tries';
    const message = `Stopped by ${by} between ${between}${reason}.`;
    return { ok: false, failure: failure(this.#context, 'BUSINESS', STOPPED, message), calls: [] };
  }

  /** Before configuration is sent: whether the instances run what is on record. Null when it may be sent. */
  private async refusedByDrift(): Promise<StepResult | null> {
    const { material, session, inDoubt } = this.host;
    const { target, previous, recordedVersion, unconfirmed, read } = material;
    const guarded = this.step.type === 'config-update' && read.settings.driftGuard !== false;
    const nothingKnown = previous === null && recordedVersion === null;
    if (!guarded || nothingKnown || inDoubt || session.state.driftAccepted) return null;
    const known: KnownConfig[] = previous ? [target, previous] : [target];
    if (recordedVersion) known.push({ version: recordedVersion, digest: null });
    // Sent by a task that never came to confirm it: nobody else's doing.
    if (unconfirmed) known.push(unconfirmed);
    const looks = await this.looks();
    const findings = driftIn(looks, known);
    if (findings.length === 0) return null;
    await this.tellGuard(guardRound(looks, findings));
    return { ok: false, failure: driftFailure(this.#context, findings), calls: [] };
  }

  /** What the guard saw where something had drifted, instance by instance, like any other look. */
  private async tellGuard(instances: readonly ProbeOutcome[]): Promise<void> {
    const place = { stage: this.stage.name, step: this.step.name, stepIndex: this.index };
    const seen = foreignValue([...instances], this.host.veil);
    const agreeing = instances.filter((one) => one.ok).length;
    await this.host.session.commit((draft) => {
      draft.apply({
        ...{ type: 'probed', ...place, round: 1, rounds: 1, instances: seen, guard: true },
        message: `Before sending: ${agreeing} of ${instances.length} instances run what is on record`,
        course: this.course,
      });
    });
  }

  /** One look at every instance, for whoever needs it in this step. */
  private looks(): Promise<Look[]> {
    const { config, others } = this.#context;
    this.#looks ??= lookAt(this.#context, config.endpoints, [config, ...others]);
    return this.#looks;
  }

  /**
   * Why an instance needs not be told, or null when it must be: nothing was sent to it, so there is nothing to take back;
   * or it was seen on the wanted version, and nothing else may wait there to be applied.
   */
  private async whyNotTell(instance: string): Promise<string | null> {
    const { session, versionProbe, settled, inDoubt, material } = this.host;
    const { state } = session;
    const sends = this.step.type === 'config-update';
    const back = state.direction === 'rollback';
    const hasConfig = material.playbook.stages.some((one) =>
      one.steps.some(({ type }) => type === 'config-update'),
    );
    if (!hasConfig || (this.step.type !== 'config-update' && this.step.type !== 'broadcast')) return null;
    const reach = sends
      ? reachOf(state.openStep?.sentBefore ?? state.sent, instance)
      : reachOf(state.sent, instance);
    if (!sends && !back) return settled.has(instance) ? `runs ${this.#context.config.version} already` : null;
    // It may have stored the plan's configuration without running it yet: what it says it runs does not count.
    if (back && reach === 'taken') return null;
    const untouched = back && reach === null && !inDoubt ? 'nothing was sent to it' : null;
    const again = state.attempt > 1 || material.read.settings.reconcile === true;
    const looked = versionProbe !== null && (back || this.#looks !== null || again);
    if (!looked) return untouched;
    const look = (await this.looks()).find(({ endpoint }) => endpoint.key === instance);
    const hasDigest = comparesDigest(versionProbe);
    const runs = look ? compareLive(look.live, this.#context.config, hasDigest).ok : null;
    // Whoever brought the other version there: it is to go.
    if (runs === false) return null;
    if (!look || runs !== true) return untouched;
    if (sends) settled.add(instance);
    return `${look.live.detail} already`;
  }

  private context(): TaskRuntimeContext {
    const { deps, material, session, secrets, veil, policies, versionProbe, data, inDoubt } = this.host;
    const { state, epoch } = session;
    const config = configFor(state, material);
    const { layers } = material.read;
    const since = state.openStep?.since;
    const place = { stage: this.stage.name, step: this.step.name, stepIndex: this.index };
    return {
      planId: state.planId,
      taskId: state.taskId,
      tenantId: state.tenantId,
      stage: this.stage.name,
      step: this.step.name,
      direction: state.direction,
      attempt: state.attempt,
      epoch,
      config,
      previous: material.previous,
      others: othersThan(config, material),
      secrets,
      veil,
      setting: (key, fromStep) =>
        effectiveSetting(
          { ...layers, playbook: { ...layers.playbook, ...said(key, fromStep) }, ...deps.layers() },
          key,
        ).value,
      healthCheckPolicy: policies.healthCheck,
      versionProbe,
      since: since ? new Date(since) : deps.clock.now(),
      course: this.course,
      inDoubt,
      requested: () => session.requested(),
      whyNotTell: (instance) => this.whyNotTell(instance),
      reached: this.#reached,
      data,
      signal: this.#stop.signal,
      http: deps.http,
      now: () => deps.clock.now(),
      delay: (millis) => deps.delay(millis, this.#stop.signal),
      until: (time) => this.until(time),
      probed: ({ round, rounds, instances, good, told, nextAt, tries, message }) => {
        const seen = foreignValue(instances, this.host.veil);
        const confirming = instances.filter((one) => one.ok).length;
        return session.commit((draft) => {
          draft.apply({
            ...{ type: 'probed', ...place, round, rounds, instances: seen },
            message:
              message === undefined
                ? `Round ${round} of ${rounds}: ${confirming} of ${instances.length} instances on ${config.version}`
                : foreignText(message, this.host.veil, 1000),
            course: {
              ...this.course,
              rounds: round,
              ...(tries ? { tries } : {}),
              good,
              told: told === null ? null : foreignText(told, this.host.veil, 1000),
              notBefore: nextAt,
            },
          });
        });
      },
      retrying: async ({ key, tries, inMillis, because }) => {
        await session.commit((draft) => {
          const notBefore = later(draft.now, inMillis);
          const course = { ...this.course, tries: { ...this.course.tries, [key]: tries }, notBefore };
          const detail = foreignText(
            `${because}; it is tried again, not before ${notBefore}`,
            this.host.veil,
            1000,
          );
          draft.apply({ type: 'retrying', ...place, detail, course });
        });
        await this.until(this.course.notBefore);
      },
      idempotencyKey: (call, endpoint) =>
        createHash('sha256')
          .update(
            JSON.stringify([
              state.taskId,
              state.direction,
              state.attempt,
              state.stageIndex,
              this.index,
              call,
              endpoint,
              config.digest,
            ]),
          )
          .digest('hex')
          .slice(0, 32),
    };
  }

  /** Waits until database time has come; looks again at most each minute, since that clock may be set. */
  private async until(time: string | null): Promise<void> {
    if (time === null) return;
    for (;;) {
      const left = Date.parse(time) - this.host.deps.clock.now().getTime();
      if (left <= 0) return;
      await this.host.deps.delay(Math.min(left, 60_000), this.#stop.signal);
    }
  }
}

/** The configuration a run establishes: the target, or on the way back the one before. */
function configFor(state: TaskState, { previous, target }: RunMaterial): Snapshot {
  if (state.direction === 'forward') return target;
  if (!previous) throw new Error(`${state.taskId} rolls back without a previous snapshot`);
  // Endpoints are those frozen with the plan: they are where the new version went.
  return { ...previous, endpoints: target.endpoints };
}

/** What may run there instead, each content once. */
function othersThan(config: Snapshot, { target, previous, unconfirmed }: RunMaterial): Snapshot[] {
  const known = [target, previous, unconfirmed].filter((one) => one !== null);
  const byDigest = new Map(known.map((one) => [one.digest, one]));
  byDigest.delete(config.digest);
  return [...byDigest.values()];
}

/** What a step returned, fit to be stored; what it leaves for later stages is judged by whoever saves it. */
function kept(result: StepResult, veil: Veil): StepResult {
  if (!result.ok) {
    const { calls, failure: what } = foreignValue(result, veil);
    return { ok: false, calls, failure: { ...what, message: foreignText(what.message, NO_VEIL, 2000) } };
  }
  const { data, ...told } = result;
  const { detail, ...rest } = foreignValue(told, veil);
  return { ...rest, detail: foreignText(detail, NO_VEIL, 2000), ...(data ? { data } : {}) };
}

const later = (now: Date, millis: number): string => new Date(now.getTime() + millis).toISOString();

/** What a step itself says, as part of its playbook. */
const said = <K extends SettingKey>(key: K, value: AppSettings[K] | undefined) =>
  value === undefined ? {} : { [key]: value };
