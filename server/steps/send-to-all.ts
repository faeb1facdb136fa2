import type { Endpoint } from '@/domain/tenant';
import type { GoodAnswer } from './answer';
import { type HttpCall, type HttpSettings, type InDoubt, onlyReads, type Repeat } from './http-settings';
import { judgedOfValues } from './judge-condition';
import { statusIn } from './raw-answer';
import { readBack } from './read-back';
import { savedByInstance, scopeFor, type Values } from './request-scope';
import { sendRequest } from './send-request';
import {
  type Effect,
  inDoubtByItself,
  RESOLVE,
  retriesByItself,
  type SendFailure,
  sendSurely,
} from './send-surely';
import { failure } from './step';
import type { CallRecord, StepResult, TaskRuntimeContext } from './task-runtime-context';

/** What came of all calls to one recipient. `note` says that it was found done instead of being told anew. */
type Delivery = { calls: CallRecord[] } & (
  | { ok: true; values: Values; note: string | null }
  | { ok: false; failure: SendFailure }
);

/**
 * Makes a step's calls to every instance of the tenant, one after the other, or once for the tenant. Stops at the first
 * that does not take them: the rest are left as they are. `inDoubt` is the kind of step's own answer to a lost answer;
 * without one it depends on the method.
 */
export async function sendToAll(
  context: TaskRuntimeContext,
  wanted: HttpSettings,
  done: (count: string) => string,
  inDoubt?: InDoubt,
): Promise<StepResult> {
  const { endpoints } = context.config;
  const calls: CallRecord[] = [];
  const notes: string[] = [];
  const saved: Record<string, Values> = {};
  let spared = 0;
  const recipients = wanted.target === 'tenant' ? [null] : endpoints;
  for (const recipient of recipients) {
    const kept = recipient ? (savedByInstance(context.data)[recipient.key] ?? {}) : {};
    // Without its answer a value that later stages need would be missing.
    const whole = wanted.save.every((name) => Object.hasOwn(kept, name));
    const needless = recipient && whole && (await context.whyNotTell(recipient.key));
    if (needless) {
      spared += 1;
      notes.push(`${recipient.key} ${needless}`);
      saved[recipient.key] = kept;
      continue;
    }
    const delivery = await deliver(context, wanted, recipient, inDoubt);
    calls.push(...delivery.calls);
    const who = recipient?.key ?? context.tenantId;
    if (!delivery.ok) return { ok: false, failure: failureOf(context, recipient, delivery.failure), calls };
    if (delivery.note) notes.push(`${who} ${delivery.note}`);
    saved[who] = delivery.values;
  }
  const count = wanted.target === 'tenant' ? 'the tenant' : counted(endpoints.length - spared, 'instance');
  return {
    ok: true,
    detail: [done(count), ...notes].join('; '),
    calls,
    ...(wanted.save.length > 0 ? { data: dataOf(context, wanted, saved) } : {}),
  };
}

/** "1 instance", "2 instances". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A failure in the operator's words: who it was, and what was wrong. */
export function failureOf(
  context: TaskRuntimeContext,
  recipient: Endpoint | null,
  { errorType, code, message, retryable }: SendFailure,
) {
  const instance = recipient?.key ?? null;
  const told = `${instance ?? context.tenantId} ${message.replace(/\.$/, '')}.`;
  return failure(context, errorType, code, told, { retryable, instance });
}

/** The failure of a step that another process announced and left without a word of what came of it. */
export function abandoned(detail: string | null): SendFailure {
  return {
    errorType: 'IN_DOUBT',
    code: 'IN_DOUBT',
    message: `may have been told by the process that stopped during this step${detail ? `, and nobody can tell (${detail})` : ''}. ${RESOLVE}`,
    retryable: false,
  };
}

async function deliver(
  context: TaskRuntimeContext,
  wanted: HttpSettings,
  recipient: Endpoint | null,
  kindInDoubt: InDoubt | undefined,
): Promise<Delivery> {
  const chosen = wanted.inDoubt ?? (wanted.readBack ? 'probe' : kindInDoubt);
  const calls: CallRecord[] = [];
  const values: Values = {};
  if (context.inDoubt) {
    const mode = chosen ?? strictest(wanted.calls);
    const before: Effect | null =
      mode === 'probe' ? await readBack(context, wanted, recipient, {}, wanted.calls.at(-1)?.retries) : null;
    calls.push(...(before?.calls ?? []));
    if (before?.state === 'applied') return found(context, wanted, recipient, { calls, values }, before);
    if (mode === 'ask' || before?.state === 'unknown')
      return { ok: false, failure: abandoned(before?.detail ?? null), calls };
  }
  // A step that is there to send, and only reads, sends by reading.
  const sendsByGet = kindInDoubt !== undefined && wanted.calls.every(({ method }) => onlyReads(method));
  const who = recipient?.key ?? '*';
  const began = context.course.tries[`all:${who}`] ?? 0;
  for (let round = began; ; round += 1) {
    const made = await callAll(context, wanted, recipient, { chosen, round, sendsByGet });
    calls.push(...made.calls);
    if (made.kind === 'done') return { ok: true, values: made.values, note: null, calls };
    // What the step is for has been reached: whatever calls are left would only lead there.
    if (made.kind === 'confirmed')
      return found(context, wanted, recipient, { calls, values: made.values }, made.effect);
    const { repeat } = wanted;
    if (!repeat || round >= repeat.count || !isWorthRepeating(made.failure, repeat))
      return { ok: false, failure: made.failure, calls };
    const because = `${made.failure.message}; all calls are made anew`;
    await context.retrying({ key: `all:${who}`, tries: round + 1, inMillis: repeat.delayMillis, because });
  }
}

/** Never after something that may have been carried out: that is for `inDoubt`. */
function isWorthRepeating({ status, errorType, anew, lost }: SendFailure, { on }: Repeat): boolean {
  if (errorType === 'IN_DOUBT' || lost) return false;
  if (anew) return true;
  return typeof status === 'number' ? statusIn(status, on) : on.includes('connection');
}

type Made = { calls: CallRecord[]; values: Values } & (
  | { kind: 'done' }
  | { kind: 'confirmed'; effect: Effect }
  | { kind: 'failed'; failure: SendFailure }
);

/** Keys of calls that are made anew are others: what was refused is not what is said now. */
const CALLS_A_ROUND = 1000;
/** And those of looks that follow one another: a target that keeps answers by their key would never say anything new. */
const CALLS_A_LOOK = 1_000_000;

/** Makes the calls one after the other, until one is not taken. */
async function callAll(
  context: TaskRuntimeContext,
  wanted: HttpSettings,
  recipient: Endpoint | null,
  { chosen, round, sendsByGet }: { chosen: InDoubt | undefined; round: number; sendsByGet: boolean },
): Promise<Made> {
  const calls: CallRecord[] = [];
  let values: Values = {};
  const { caPem, tls, proxy, maxPerHost } = wanted;
  for (const [index, call] of wanted.calls.entries()) {
    if (await isLeftOut(context, call, recipient, values)) continue;
    const reads = onlyReads(call.method);
    const mode = reads ? 'resend' : (chosen ?? inDoubtByItself(call));
    const sent = await sendSurely<GoodAnswer>(context, {
      key: `${round === 0 ? '' : `${round}.`}${index}:${recipient?.key ?? '*'}`,
      inDoubt: mode,
      // Whoever wants to be asked wants nothing sent twice unasked.
      retries: call.retries ?? (mode === 'ask' ? undefined : retriesByItself(call)),
      byDefault: call.retries === undefined,
      until: call.until,
      send: (look) =>
        sendRequest(context, call, recipient ?? context.config.endpoints[0] ?? null, {
          ...{ caPem, tls, proxy, maxPerHost },
          call: index + round * CALLS_A_ROUND + look * CALLS_A_LOOK,
          repeat: wanted.repeat,
          extracted: values,
          recipient: recipient?.key ?? null,
          changes: sendsByGet,
        }),
      look: async () =>
        reads
          ? { state: 'unknown', detail: 'it was only read', calls: [] }
          : readBack(context, wanted, recipient, values, call.retries),
    });
    calls.push(...sent.calls);
    if (sent.kind === 'failed') return { kind: 'failed', failure: sent.failure, calls, values };
    if (sent.kind === 'confirmed') return { kind: 'confirmed', effect: sent.effect, calls, values };
    values = { ...values, ...sent.answer.values };
  }
  return { kind: 'done', calls, values };
}

/** Whether a call is not made, by what the calls before it took. */
async function isLeftOut(
  context: TaskRuntimeContext,
  { when }: HttpCall,
  recipient: Endpoint | null,
  extracted: Values,
): Promise<boolean> {
  if (!when) return false;
  const scope = scopeFor(context, recipient ?? context.config.endpoints[0] ?? null, extracted);
  return (await judgedOfValues(when, scope)).holds !== true;
}

/** The step has taken effect although nobody has its answer; fails when later stages need a value of that answer. */
function found(
  context: TaskRuntimeContext,
  { save }: HttpSettings,
  recipient: Endpoint | null,
  { calls, values }: { calls: CallRecord[]; values: Values },
  effect: Effect,
): Delivery {
  const before = recipient ? savedByInstance(context.data)[recipient.key] : context.data;
  const known = { ...before, ...values, ...effect.values };
  const missing = save.find((name) => !Object.hasOwn(known, name));
  const note = `was applied although its answer was lost (it ${effect.detail})`;
  if (missing === undefined) return { ok: true, values: known, note, calls };
  const message = `${note}, and with the answer the value "${missing}" that later stages need. Resolve the task with "resend"`;
  return {
    ok: false,
    failure: { errorType: 'IN_DOUBT', code: 'IN_DOUBT', message, retryable: false },
    calls,
  };
}

/** Several calls are repeated blindly only if each of them may be. */
function strictest(calls: readonly HttpCall[]): InDoubt {
  return calls.some((call) => inDoubtByItself(call) === 'ask') ? 'ask' : 'resend';
}

/** Values of the tenant lie under their names, those of instances under `instances` by endpoint key. */
function dataOf(
  context: TaskRuntimeContext,
  { save, target }: HttpSettings,
  saved: Readonly<Record<string, Values>>,
): Record<string, unknown> {
  const pick = (values: Values = {}) => Object.fromEntries(save.map((name) => [name, values[name]]));
  if (target === 'tenant') return pick(saved[context.tenantId]);
  const before = savedByInstance(context.data);
  const now = Object.entries(saved).map(([key, values]) => [key, { ...before[key], ...pick(values) }]);
  return { instances: { ...before, ...Object.fromEntries(now) } };
}
