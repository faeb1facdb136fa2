import type { Endpoint } from '@/domain/tenant';
import type { FailedAnswer } from './answer';
import type { InDoubt, Retries, Target } from './http-settings';
import { type Effect, type SendFailure, sendSurely } from './send-surely';
import { abandoned, failureOf } from './send-to-all';
import type { CallRecord, StepResult, TaskRuntimeContext } from './task-runtime-context';

/** What is done for one recipient by something that is not HTTP. */
export interface Errand<Good> {
  /** Who is asked, as messages name it: "Redis". */
  who: string;
  /** `endpoint` fills in templates, `recipient` is whom it is for (null: the tenant as a whole). */
  send(endpoint: Endpoint | null, recipient: string | null): Promise<Good | FailedAnswer>;
  /** Whether it was carried out although its answer was lost. */
  look(recipient: Endpoint | null): Promise<Effect>;
  answered?(answer: Good): void;
  /** Where it goes, as the detail names it. */
  place(endpoint: Endpoint | null): string;
  detail(places: string): string;
}

/**
 * Runs an errand for every instance of the tenant, one after the other, or once for the tenant, and does what `inDoubt` says
 * about lost answers. Stops at the first that fails: the rest are left as they are.
 */
export async function toEach<Good extends { ok: true; record: CallRecord }>(
  context: TaskRuntimeContext,
  wanted: { target: Target; inDoubt: InDoubt; retries?: Omit<Retries, 'on' | 'when'> | undefined },
  { who, send, look, answered, place, detail }: Errand<Good>,
): Promise<StepResult> {
  const calls: CallRecord[] = [];
  const notes: string[] = [];
  const { endpoints } = context.config;
  const places = new Set<string>();
  for (const recipient of wanted.target === 'tenant' ? [null] : endpoints) {
    const needless = recipient && (await context.whyNotTell(recipient.key));
    if (needless) {
      notes.push(`${recipient.key} ${needless}`);
      continue;
    }
    const endpoint = recipient ?? endpoints[0] ?? null;
    places.add(place(endpoint));
    const fail = (failure: SendFailure): StepResult => ({
      ok: false,
      failure: failureOf(context, recipient, {
        ...failure,
        message: `could not be switched: ${who} ${failure.message}`,
      }),
      calls,
    });
    const note = (found: string) =>
      notes.push(
        `${recipient?.key ?? context.tenantId} was applied although its answer was lost (it ${found})`,
      );
    if (context.inDoubt && wanted.inDoubt !== 'resend') {
      const before = wanted.inDoubt === 'probe' ? await look(recipient) : null;
      calls.push(...(before?.calls ?? []));
      if (before?.state === 'applied') {
        note(before.detail);
        continue;
      }
      if (before?.state !== 'notApplied') return fail(abandoned(before?.detail ?? null));
    }
    const sent = await sendSurely<Good>(context, {
      key: `0:${recipient?.key ?? '*'}`,
      inDoubt: wanted.inDoubt,
      retries: wanted.retries && { ...wanted.retries, on: ['connection'] },
      send: () => send(endpoint, recipient?.key ?? null),
      look: () => look(recipient),
    });
    calls.push(...sent.calls);
    if (sent.kind === 'failed') return fail(sent.failure);
    if (sent.kind === 'confirmed') note(sent.effect.detail);
    else answered?.(sent.answer);
  }
  return { ok: true, detail: [detail([...places].join(', ')), ...notes].join('; '), calls };
}
