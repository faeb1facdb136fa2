import type { StepDefinition } from '@/domain/playbook';
import type { Endpoint } from '@/domain/tenant';
import { RunLost } from '@/server/steps/run-lost';
import { failure } from '@/server/steps/step';
import type { StepResult, TaskRuntimeContext } from '@/server/steps/task-runtime-context';
import { isLost } from './lost-answer';
import type { Answer, Sent, TargetClient } from './targets';

/**
 * Stands in for the registry of steps: the same promises (idempotent, the key of the call, asked again after a lost
 * answer) against the simulation's targets, without HTTP.
 */
export async function runStep(definition: StepDefinition, context: TaskRuntimeContext): Promise<StepResult> {
  try {
    return await STEPS[definition.type as keyof typeof STEPS](context);
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof RunLost) throw error;
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, failure: failure(context, 'SYSTEM', 'STEP_THREW', message), calls: [] };
  }
}

/** Of no use here; the registry has it. */
export const checkStep = () => [];

const ROUNDS = 2;
const TRIES = 2;

const STEPS = {
  'config-update': async (context: TaskRuntimeContext): Promise<StepResult> => {
    const result = await toAll(context, 'PUT');
    return result.ok ? { ...result, data: { etag: context.config.version } } : result;
  },
  broadcast: async (context: TaskRuntimeContext): Promise<StepResult> => {
    const { etag } = context.data;
    if (etag !== context.config.version) {
      const message = `The data of earlier stages is gone: ${String(etag)}`;
      return { ok: false, failure: failure(context, 'SYSTEM', DATA_GONE, message), calls: [] };
    }
    return toAll(context, 'POST');
  },
  'health-check': async (context: TaskRuntimeContext): Promise<StepResult> => {
    await context.until(context.course.notBefore);
    for (let round = context.course.rounds + 1; round <= ROUNDS; round += 1) {
      const answers = await Promise.all(context.config.endpoints.map((one) => send(context, one, 'GET')));
      const outcomes = answers.map((answer, index) => ({
        instance: context.config.endpoints[index]?.key ?? '',
        ok: answer?.outcome === 'read' && answer.version === context.config.version,
        version: answer?.version ?? null,
        detail: '',
      }));
      const good = outcomes.every((one) => one.ok);
      const left = round < ROUNDS && !good;
      await context.probed({
        ...{
          round,
          rounds: ROUNDS,
          instances: outcomes,
          good: good ? 1 : 0,
          told: good ? null : 'unhealthy',
        },
        nextAt: new Date(context.now().getTime() + (left ? 1000 : 0)).toISOString(),
      });
      if (left) await context.delay(1000);
      if (good) return { ok: true, detail: 'healthy', calls: [] };
    }
    const what = failure(context, 'SERVICE_UNAVAILABLE', 'HEALTH_CHECK', 'unhealthy', { retryable: true });
    return { ok: false, failure: what, calls: [] };
  },
  approval: async ({ tenantId }: TaskRuntimeContext): Promise<StepResult> =>
    tenantId === 't1'
      ? { ok: true, detail: '', calls: [], asks: true }
      : { ok: true, detail: 'nobody is asked', calls: [] },
  wait: async (context: TaskRuntimeContext): Promise<StepResult> => {
    const { cancel } = await context.requested();
    if (!cancel) await context.delay(1000);
    return { ok: true, detail: 'waited', calls: [] };
  },
};

/** Nothing in the simulation loses data, so nobody may ever see this. */
export const DATA_GONE = 'DATA_GONE';

async function toAll(context: TaskRuntimeContext, method: 'PUT' | 'POST'): Promise<StepResult> {
  const told = await Promise.all(
    context.config.endpoints.map(async ({ key }) => (await context.whyNotTell(key)) === null),
  );
  const recipients = context.config.endpoints.filter((_, index) => told[index]);
  const answers = await Promise.all(recipients.map((one) => send(context, one, method)));
  if (answers.every((answer) => answer?.outcome === 'applied'))
    return { ok: true, detail: method, calls: [] };
  const doubt = answers.includes(null);
  const what = doubt
    ? failure(context, 'IN_DOUBT', 'NO_ANSWER', 'gave no answer')
    : failure(context, 'BUSINESS', 'HTTP_500', 'answered 500', { retryable: true });
  return { ok: false, failure: what, calls: [] };
}

/** Null when no answer came, however often it was asked. */
async function send(
  context: TaskRuntimeContext,
  endpoint: Endpoint,
  method: Sent['method'],
): Promise<Answer | null> {
  const client = context.http as unknown as TargetClient;
  const sent: Sent = {
    tenantId: context.tenantId,
    instance: endpoint.key,
    method,
    version: context.config.version,
    task: context.taskId,
    epoch: context.epoch,
    idempotencyKey: method === 'GET' ? null : context.idempotencyKey(0, endpoint.key),
  };
  const key = `0 ${endpoint.key}`;
  const told = method !== 'GET';
  for (let tries = 1 + (told ? (context.course.tries[key] ?? 0) : 0); ; tries += 1) {
    context.signal.throwIfAborted();
    const first = context.reached.isFirst(endpoint.key);
    if (told) context.reached.leaves(endpoint.key);
    try {
      const answer = await client.send(sent);
      // Somebody did not want to wait for it: the answer is abandoned with the call.
      context.signal.throwIfAborted();
      if (told) {
        if (answer.outcome === 'failed') context.reached.refused(endpoint.key, first);
        else context.reached.taken(endpoint.key);
      }
      return answer;
    } catch (error) {
      if (!isLost(error)) throw error;
      if (tries >= TRIES) return null;
      if (told) await context.retrying({ key, tries, inMillis: 0, because: 'gave no answer' });
    }
  }
}
