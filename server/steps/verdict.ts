import type { Condition } from '@/domain/condition';
import { JsonText } from '@/domain/json-text';
import type { TemplateScope } from '@/domain/template';
import type { Answer } from './answer';
import { joinedCondition } from './condition-settings';
import { extractValues } from './extract';
import type { HttpCall, Repeat } from './http-settings';
import { judge, redirection } from './judge-answer';
import { SHOWN_BODY_CHARS, unmet, whatShows } from './judge-condition';
import type { RawAnswer } from './raw-answer';
import type { SendContext } from './request-scope';
import { LONGEST_SECRET, partsOf } from './secret-parts';
import type { CallRecord } from './task-runtime-context';

/**
 * Judges an answer that came, and takes from it what later calls need. What of the playbook cannot be filled in is its fault, and
 * not the network's: nothing is sent again for it.
 */
export async function verdict(
  ...[context, wanted, answer, how, record]: Parameters<typeof judgedAnswer>
): Promise<Answer> {
  try {
    return await judgedAnswer(context, wanted, answer, how, record);
  } catch (error) {
    const message = `answered ${answer.status}, which cannot be judged: ${error instanceof Error ? error.message : String(error)}`;
    const told = {
      errorType: 'VALIDATION' as const,
      code: 'JUDGED',
      retryable: false,
      lost: false,
      unread: true,
    };
    return {
      ok: false,
      ...told,
      message: context.veil.hideStart(message, SHOWN_BODY_CHARS),
      status: answer.status,
      record: record(false),
    };
  }
}

async function judgedAnswer(
  { veil }: SendContext,
  wanted: HttpCall,
  answer: RawAnswer,
  { scope, repeat }: { scope: TemplateScope; repeat: Repeat | undefined },
  record: (ok: boolean) => CallRecord,
): Promise<Answer> {
  const { status } = answer;
  const taken = await extractValues(wanted.extract, answer, scope);
  const { values } = taken;
  const hidden: string[] = [];
  // Before anything is said of the answer, also if another value is missing in it.
  for (const [name, value] of Object.entries(values))
    if (wanted.extract[name]?.secret) hidden.push(...partsOf(asText(value)));
  const tooLong = hidden.some((one) => one.length > LONGEST_SECRET);
  if (!tooLong) for (const one of hidden) veil.add(one);
  const wrong =
    (tooLong
      ? {
          code: 'EXTRACT',
          message: `answered ${status} with a secret of more than ${LONGEST_SECRET / 1024} KiB`,
        }
      : null) ??
    (await judge(wanted.expect, answer, scope)) ??
    (await tooSoon(wanted.until, answer, scope)) ??
    ('missing' in taken
      ? { code: 'EXTRACT', message: `answered ${status} without the value ${taken.missing}` }
      : null);
  if (!wrong) return { ok: true, status, raw: answer, values, record: record(true) };
  const holds = async (condition: Condition | undefined) =>
    condition !== undefined && (await unmet(condition, answer, scope)) === null;
  const again = await holds(wanted.retries?.when);
  const anew = await holds(repeat?.when);
  const unavailable = status === 502 || status === 503 || status === 504;
  return {
    ok: false,
    errorType: unavailable ? 'SERVICE_UNAVAILABLE' : 'BUSINESS',
    code: wrong.code,
    message: veil.hideStart(wrong.message, 2 * SHOWN_BODY_CHARS),
    retryable: status >= 500 || status === 429,
    status,
    lost: false,
    ...('notYet' in wrong ? { notYet: true } : {}),
    ...('unread' in wrong ? { unread: true } : {}),
    ...(again ? { again: true } : {}),
    ...(anew ? { anew: true } : {}),
    location: redirection(answer),
    record: record('notYet' in wrong),
  };
}

/** Whether what is waited for is not there yet, or will not come any more; null when it is there. */
async function tooSoon(
  until: HttpCall['until'],
  answer: RawAnswer,
  scope: TemplateScope,
): Promise<{ code: string; message: string; notYet?: true } | null> {
  const wanted = until && joinedCondition(until);
  if (!until || !wanted) return null;
  const { failFast } = until;
  if (failFast && (await unmet(failFast, answer, scope)) === null) {
    const shows = whatShows(failFast, answer, scope);
    return { code: 'FAILED_FAST', message: `answered that ${shows}: it is not waited for any longer` };
  }
  const wrong = await unmet(wanted, answer, scope);
  return wrong === null
    ? null
    : { code: 'NOT_YET', message: `answered ${answer.status}, but ${wrong}`, notYet: true };
}

/** An extracted value as it would be written. */
function asText(value: unknown): string {
  if (typeof value === 'object' && !(value instanceof JsonText)) return JSON.stringify(value);
  return String(value);
}
