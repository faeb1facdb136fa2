import type { FailedAnswer } from './answer';
import type { HttpCall, InDoubt, Retries, Until } from './http-settings';
import { statusIn } from './raw-answer';
import type { Values } from './request-scope';
import type { CallRecord, TaskRuntimeContext } from './task-runtime-context';

/** How a send failed; the message follows the name of who was asked. */
export type SendFailure = Pick<FailedAnswer, 'errorType' | 'code' | 'message' | 'retryable'> &
  Partial<Pick<FailedAnswer, 'status' | 'notYet' | 'anew' | 'lost'>>;

/** What a look at the target says about something sent before; `detail` follows the target's name: "runs v2". */
export interface Effect {
  state: 'applied' | 'notApplied' | 'unknown';
  detail: string;
  calls: CallRecord[];
  /** What the look found of the values that the lost answer would have had. */
  values?: Values;
}

export type Sent<Good> =
  | { kind: 'answered'; answer: Good; calls: CallRecord[] }
  /** No answer came, but a look at the target shows that it was carried out. */
  | { kind: 'confirmed'; effect: Effect; calls: CallRecord[] }
  | { kind: 'failed'; failure: SendFailure; calls: CallRecord[] };

interface Sending<Good> {
  /** Names the call and whom it is for: its tries are counted under it, also across a recovery. */
  key: string;
  /** What to do when no answer came to something that may have arrived. */
  inDoubt: InDoubt;
  retries?: Retries | undefined;
  /** The playbook says nothing of retries: a lost answer is for `inDoubt` alone, and is sent once more at most. */
  byDefault?: boolean;
  /** What is waited for, where the answer alone is not enough. */
  until?: Until | undefined;
  /** `look` counts from 0, where something is waited for: each is a request of its own. */
  send(look: number): Promise<Good | FailedAnswer>;
  look(): Promise<Effect>;
}

const LEAST_BETWEEN_LOOKS_MS = 200;
/** Requests of one call that are told: the last ones. */
const MOST_LOOKS_TOLD = 20;

export const RESOLVE = 'Look at it, then resolve the task: "applied" if it was, "resend" if not';

/**
 * Sends something until there is an answer that counts, as often as `retries` allows; after a lost answer it does what
 * `inDoubt` says before it sends again, and without `retries` it sends once more at most. Tries are counted on from what
 * is stored, so that a recovery never begins them anew. Every send repeats the same idempotency key. What is waited for with
 * `until` is asked for again as often as that says. Rejects only when the run is aborted or a template is wrong.
 */
export async function sendSurely<Good extends { ok: true; record: CallRecord }>(
  context: Pick<TaskRuntimeContext, 'course' | 'until' | 'retrying' | 'now'>,
  sending: Sending<Good>,
): Promise<Sent<Good>> {
  const { until } = sending;
  if (!until) return sendUntilAnswered(context, sending, 0);
  // Each look is a commit.
  const everyMillis = Math.max(until.everySeconds * 1000, LEAST_BETWEEN_LOOKS_MS);
  const calls: CallRecord[] = [];
  const key = `${sending.key}:until`;
  /** Since when it holds. A process that takes over waits for it to settle anew. */
  let since: number | null = null;
  for (let looks = (context.course.tries[key] ?? 0) + 1; ; looks += 1) {
    const sent = await sendUntilAnswered(context, sending, looks - 1);
    // Between many looks that show the same, the last ones tell it all.
    calls.splice(0, Math.max(0, calls.length + sent.calls.length - MOST_LOOKS_TOLD));
    calls.push(...sent.calls);
    if (sent.kind === 'confirmed' || (sent.kind === 'failed' && !sent.failure.notYet))
      return { ...sent, calls };
    const now = context.now().getTime();
    if (sent.kind === 'answered') {
      since ??= now;
      const left = until.settleSeconds * 1000 - (now - since);
      if (left <= 0) return { ...sent, calls };
      const because = `shows it, and is to show it for ${until.settleSeconds} s`;
      await context.retrying({
        key,
        tries: looks,
        inMillis: Math.min(left, everyMillis),
        because,
      });
      continue;
    }
    since = null;
    const { failure } = sent;
    if (looks >= until.attempts) {
      const message = `${failure.message} (looked at ${until.attempts} times, every ${until.everySeconds} s)`;
      return { kind: 'failed', failure: { ...failure, message, retryable: true }, calls };
    }
    await context.retrying({
      key,
      tries: looks,
      inMillis: everyMillis,
      because: failure.message,
    });
  }
}

async function sendUntilAnswered<Good extends { ok: true; record: CallRecord }>(
  context: Pick<TaskRuntimeContext, 'course' | 'until' | 'retrying'>,
  { key, inDoubt, retries, byDefault, send, look }: Sending<Good>,
  looks: number,
): Promise<Sent<Good>> {
  const calls: CallRecord[] = [];
  const made = context.course.tries[key] ?? 0;
  /** One that was sent before may have been carried out without an answer. */
  let mayHaveArrived = made > 0;
  if (made > 0) await context.until(context.course.notBefore);
  for (let sends = made + 1; ; sends += 1) {
    const answer = await send(looks);
    calls.push(answer.record);
    if (answer.ok) return { kind: 'answered', answer, calls };
    if (answer.notYet) return { kind: 'failed', failure: answer, calls };
    const onceMore = answer.lost && (byDefault || !retries || retries.count === 0);
    const last = sends > (onceMore ? 1 : (retries?.count ?? 0));
    const again = !last && (answer.lost || isWorthRetrying(answer, retries));
    if (answer.lost && inDoubt === 'ask')
      return { kind: 'failed', failure: unresolved(answer.message, null), calls };
    // Where sending again is harmless, a look is worth it only once there is nothing else left to do.
    if (inDoubt === 'probe' ? answer.lost || isGateways(answer) : answer.lost && last) {
      const effect = await look();
      calls.push(...effect.calls);
      if (effect.state === 'applied') return { kind: 'confirmed', effect, calls };
      if (inDoubt === 'probe' && effect.state === 'unknown')
        return { kind: 'failed', failure: unresolved(answer.message, effect.detail), calls };
      if (!again) return { kind: 'failed', failure: notApplied(answer, effect), calls };
    }
    // What was lost may come through after it was looked for: the one sent after it is refused because of it.
    if (!again && !answer.lost && mayHaveArrived) {
      const effect = await look();
      calls.push(...effect.calls);
      if (effect.state === 'applied') return { kind: 'confirmed', effect, calls };
    }
    if (!again) return { kind: 'failed', failure: answer, calls };
    mayHaveArrived ||= answer.lost;
    const inMillis = retries && !onceMore ? waitMillis(retries, sends, answer) : 0;
    await context.retrying({ key, tries: sends, inMillis, because: answer.message });
  }
}

/** What may be said twice is: a refused connection, a gateway or a busy target is often gone a second later. */
const BY_ITSELF: Retries = {
  on: ['connection', 502, 503, 504],
  count: 2,
  backoff: 'exponential',
  delayMillis: 500,
  maxDelayMillis: 30_000,
};

/** How a call is tried again when the playbook does not say. */
export function retriesByItself(call: SaidOnce): Retries | undefined {
  return inDoubtByItself(call) === 'resend' ? BY_ITSELF : undefined;
}

type SaidOnce = Pick<HttpCall, 'method' | 'repeatable'>;

/** What a call does by default when nobody knows whether it arrived: what says the same when said twice is repeated. */
export function inDoubtByItself({ method, repeatable }: SaidOnce): InDoubt {
  return repeatable || (method !== 'POST' && method !== 'PATCH') ? 'resend' : 'ask';
}

/** The failure of something that may or may not have been carried out; `detail` is what a look at it showed. */
function unresolved(message: string, detail: string | null): SendFailure {
  const looked =
    detail === message
      ? 'also when asked what it runs, and nobody can tell whether it was carried out all the same'
      : `and nobody can tell whether it was carried out all the same (${detail})`;
  const doubt = detail ? looked : 'and it may have been carried out all the same';
  return {
    errorType: 'IN_DOUBT',
    code: 'IN_DOUBT',
    message: `${message}, ${doubt}. ${RESOLVE}`,
    retryable: false,
  };
}

function notApplied(answer: FailedAnswer, effect: Effect): SendFailure {
  if (effect.state === 'unknown') return answer;
  return { ...answer, message: `${answer.message}, and afterwards ${effect.detail}` };
}

/** A gateway says that it got no answer itself: what is behind it may have carried it out. */
const isGateways = ({ status }: FailedAnswer) => status === 502 || status === 504;

function isWorthRetrying({ status, retryable, again }: FailedAnswer, retries: Retries | undefined): boolean {
  if (!retries) return false;
  if (again) return true;
  return status === null ? retryable && retries.on.includes('connection') : statusIn(status, retries.on);
}

/** How long before the next try after so many; what the target asks for goes before what the playbook says, up to its limit. */
export function waitMillis(
  { backoff, delayMillis, maxDelayMillis }: Omit<Retries, 'on' | 'when' | 'count'>,
  sends: number,
  { retryAfterMillis }: Pick<FailedAnswer, 'retryAfterMillis'> = {},
): number {
  const grown = backoff === 'fixed' ? delayMillis : delayMillis * 2 ** (sends - 1);
  return Math.min(retryAfterMillis ?? grown, maxDelayMillis);
}
