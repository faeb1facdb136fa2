import { numberIn, ORDER_WORDS, ORDERED, stands } from '@/domain/condition';
import type { MeasureVerdict } from '@/domain/metric-gate';
import { render } from '@/domain/template';
import type { Endpoint } from '@/domain/tenant';
import { MASK, type Veil } from '@/server/security/veil';
import { httpCallOf } from './http-settings';
import type { MetricSettings } from './metric-gate-settings';
import { type SendContext, scopeFor } from './request-scope';
import { sendRequest } from './send-request';

/** A number, or why there is none. */
export interface Reading {
  number: number | null;
  detail: string;
}

/** What one measurement found; `told` goes on from the name of what was measured. */
export interface Measurement {
  verdict: MeasureVerdict;
  told: string;
  value: Reading;
  baseline: Reading | null;
}

/** One measurement, with the number of the old version beside it where there is one. Throws for a limit that is no number. */
export async function measure(
  wanted: MetricSettings,
  context: SendContext,
  endpoint: Endpoint | null,
): Promise<Measurement> {
  const [value, baseline] = await Promise.all([
    ask(wanted.query, wanted, context, endpoint),
    wanted.baseline ? ask(wanted.baseline, wanted, context, endpoint) : null,
  ]);
  const silent = [value, baseline].find((one) => one?.number === null);
  if (value.number === null || silent)
    return { verdict: 'inconclusive', told: silent?.detail ?? value.detail, value, baseline };
  const scope = scopeFor(context, endpoint, baseline ? { baseline: baseline.number } : {});
  const wrong = beyond(wanted, value.number, (text) => render(text, scope), context.veil);
  const beside = baseline ? `, the baseline ${baseline.number}` : '';
  return {
    verdict: wrong === null ? 'passed' : 'failed',
    told: `the value is ${value.number}${beside}${wrong === null ? '' : `, expected ${wrong}`}`,
    value,
    baseline,
  };
}

async function ask(
  { value, ...asked }: MetricSettings['query'],
  options: MetricSettings,
  context: SendContext,
  endpoint: Endpoint | null,
): Promise<Reading> {
  const call = { ...httpCallOf({ ...asked, extract: {} }), extract: { ...asked.extract, value } };
  const answer = await sendRequest(context, call, endpoint, options);
  if (!answer.ok) return { number: null, detail: `it ${answer.message}` };
  const text = String(answer.values.value);
  const number = numberIn(text);
  if (number === null) return { number, detail: `"${context.veil.hideStart(text, 100)}" is not a number` };
  // As a number, and as a point of a curve, it would stand where no veil is.
  if (context.veil.covers(text)) return { number: null, detail: 'the number is a secret, and is not shown' };
  return { number, detail: String(number) };
}

/** The limit that the number is beyond, in words; null when it is within all of them. */
function beyond(
  wanted: MetricSettings,
  number: number,
  filled: (template: string) => string,
  veil: Veil,
): string | null {
  for (const name of ORDERED) {
    const given = wanted[name];
    if (given === undefined) continue;
    const text = typeof given === 'number' ? String(given) : filled(given);
    const bound = numberIn(text);
    if (bound === null)
      throw new Error(`The limit ${name} is "${veil.hideStart(text, 100)}", which is not a number.`);
    const slack = (Math.abs(bound) * wanted.tolerancePercent) / 100;
    const allowed = name === 'less' || name === 'atMost' ? bound + slack : bound - slack;
    // Worked out from a secret it is written otherwise than the secret.
    if (!stands(number - allowed, name)) return `${ORDER_WORDS[name]} ${veil.covers(text) ? MASK : allowed}`;
  }
  return null;
}
