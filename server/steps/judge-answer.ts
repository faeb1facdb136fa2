import type { Condition } from '@/domain/condition';
import type { TemplateScope } from '@/domain/template';
import { joinedCondition } from './condition-settings';
import type { BodyExpectation, HttpCall } from './http-settings';
import { judged } from './judge-condition';
import { ownReason } from './own-reason';
import { type RawAnswer, statusIn } from './raw-answer';

const SHOWN_REASON_CHARS = 300;

/** What is wrong with an answer, in words that follow the name of who gave it; null when nothing is. */
export async function judge(
  expect: HttpCall['expect'],
  answer: RawAnswer,
  scope: TemplateScope,
): Promise<{ code: string; message: string; unread?: true } | null> {
  const { status } = answer;
  if (!statusIn(status, expect.status)) {
    const elsewhere = redirection(answer);
    if (elsewhere !== null)
      return {
        code: `HTTP_${status}`,
        message: `answered ${status} and sends to ${answer.shown(elsewhere, SHOWN_REASON_CHARS)}, which is not followed: the playbook does not name that host in its redirects; expected ${expect.status.join(' or ')}`,
      };
    return {
      code: `HTTP_${status}`,
      message: withReason(`answered ${status}, expected ${expect.status.join(' or ')}`, answer),
    };
  }
  for (const wanted of conditionsOf(expect)) {
    const { holds, why } = await judged(wanted, answer, scope);
    if (holds === true) continue;
    const message = withReason(`answered ${status}, but ${why}`, answer);
    return { code: 'BODY', message, ...(holds === null ? { unread: true } : {}) };
  }
  return null;
}

/** What is expected beside the status, as conditions. */
function conditionsOf(expect: HttpCall['expect']): Condition[] {
  const whole = joinedCondition(expect);
  return [...expect.body.map(ofBody), ...(whole ? [whole] : [])];
}

/** The short form: of the JSON body, or without a path of its text. */
function ofBody({ path, ...compared }: BodyExpectation): Condition {
  return path === undefined ? { body: true, ...compared } : { json: path, ...compared };
}

/** Where a redirect points: it is followed only to where the playbook says, since it may lead anywhere. */
export function redirection({ status, headers }: RawAnswer): string | null {
  const { location } = headers;
  const first = Array.isArray(location) ? location[0] : location;
  return first && statusIn(status, ['3xx']) ? first : null;
}

/** The target's own reason behind ours, unless that quotes it already. */
function withReason(message: string, answer: RawAnswer): string {
  // A page that is as expected otherwise gives no reasons.
  const isError = answer.status >= 400;
  const said = ownReason(isError ? answer.text : '', answer.body(), isError);
  if (said === null) return message;
  const shown = answer.shown(said, SHOWN_REASON_CHARS);
  return message.includes(shown) ? message : `${message} ("${shown}")`;
}
