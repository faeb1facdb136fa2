import type { Condition } from '@/domain/condition';
import type { TemplateScope } from '@/domain/template';
import { joinedCondition } from './condition-settings';
import type { BodyExpectation, HttpCall } from './http-settings';
import { atPath } from './json-path';
import { unmet } from './judge-condition';
import { type RawAnswer, statusIn } from './raw-answer';

const SHOWN_REASON_CHARS = 300;

/** What is wrong with an answer, in words that follow the name of who gave it; null when nothing is. */
export async function judge(
  expect: HttpCall['expect'],
  answer: RawAnswer,
  scope: TemplateScope,
): Promise<{ code: string; message: string } | null> {
  const { status } = answer;
  if (!statusIn(status, expect.status)) {
    const elsewhere = redirection(answer);
    if (elsewhere !== null)
      return {
        code: `HTTP_${status}`,
        message: `answered ${status} and sends to ${elsewhere}, where nobody follows; expected ${expect.status.join(' or ')}`,
      };
    return {
      code: `HTTP_${status}`,
      message: withReason(`answered ${status}, expected ${expect.status.join(' or ')}`, answer),
    };
  }
  for (const wanted of conditionsOf(expect)) {
    const wrong = await unmet(wanted, answer, scope);
    if (wrong !== null)
      return { code: 'BODY', message: withReason(`answered ${status}, but ${wrong}`, answer) };
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

/** Where a redirect points: it is not followed, since it may lead anywhere. */
function redirection({ status, headers }: RawAnswer): string | null {
  const { location } = headers;
  const first = Array.isArray(location) ? location[0] : location;
  return first && statusIn(status, ['3xx']) ? first.slice(0, SHOWN_REASON_CHARS) : null;
}

/** The target's own reason behind ours, unless that quotes it already. */
function withReason(message: string, answer: RawAnswer): string {
  const said = reasonIn(answer);
  return said === null || message.includes(said) ? message : `${message} ("${said}")`;
}

/** Where targets put their reason: problem details (RFC 9457), OAuth (RFC 6749) and what most do. */
const REASONS = [
  'error.message',
  'error.reason',
  'error_description',
  'detail',
  'error',
  'message',
  'reason',
  'errors[0].message',
  'errors[0]',
  'msg',
  'title',
];

/** What the target itself gives as the reason, where most put it; of a text that is short, all of it. */
function reasonIn(answer: RawAnswer): string | null {
  const body = answer.body();
  for (const path of REASONS) {
    const said = atPath(body, path);
    if (typeof said === 'string' && said.trim() !== '') return said.trim().slice(0, SHOWN_REASON_CHARS);
  }
  const text = answer.text.trim();
  const isWords =
    body === undefined && text !== '' && !text.startsWith('<') && text.length <= SHOWN_REASON_CHARS;
  return isWords && answer.status >= 400 ? text : null;
}
