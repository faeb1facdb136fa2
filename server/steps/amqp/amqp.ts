import { render } from '@/domain/template';
import { readBack } from '@/server/steps/read-back';
import { scopeFor } from '@/server/steps/request-scope';
import { defineStep } from '@/server/steps/step';
import type { StepResult, TaskRuntimeContext } from '@/server/steps/task-runtime-context';
import { toEach } from '@/server/steps/to-each';
import { type AmqpSettings, amqpSettings, amqpTemplates } from './amqp-settings';
import { type AmqpAnswer, publishAmqp } from './publish-amqp';

type Good = Extract<AmqpAnswer, { ok: true }>;

const NOBODY =
  'No queue took it, so the message is gone: check the exchange and the routing key, and that a queue is bound';

/** Publishes a message to a broker that speaks AMQP 0-9-1, and says what became of it. */
export const amqp = defineStep('amqp', amqpSettings, run, {
  templates: amqpTemplates,
  target: ({ target }) => target,
});

async function run(wanted: AmqpSettings, context: TaskRuntimeContext): Promise<StepResult> {
  let unrouted = 0;
  const result = await toEach<Good>(context, wanted, {
    who: 'the broker',
    send: async (endpoint, recipient) => {
      const answer = await publishAmqp(context, wanted, endpoint, recipient);
      if (!answer.ok || answer.routed || wanted.unroutable === 'warn') return answer;
      const told = { errorType: 'BUSINESS', code: 'UNROUTABLE', message: `returned it. ${NOBODY}` } as const;
      return {
        ...told,
        ...{ ok: false, retryable: false, status: null, lost: false },
        record: { ...answer.record, ok: false },
      };
    },
    look: (recipient) => readBack(context, {}, recipient, {}, wanted.retries),
    answered: ({ routed }) => {
      if (!routed) unrouted += 1;
    },
    place: (endpoint) => {
      const scope = scopeFor(context, endpoint);
      return [wanted.exchange, wanted.routingKey]
        .map((text) => render(text, scope))
        .join(' ')
        .trim();
    },
    detail: (places) => `Published to ${places}${unrouted === 0 ? ', and confirmed' : ''}`,
  });
  if (!result.ok || unrouted === 0) return result;
  return { ...result, detail: `${result.detail}. ${NOBODY}`, warnings: [NOBODY] };
}
