import type { DigestFacts, NotificationFacts } from './facts';
import { type Message, messageOf } from './message';

/** Names as hard to write as they come: none of them is JSON by itself, or a text for itself. */
const FAILED: NotificationFacts = {
  eventId: 'PLN-7:412',
  kind: 'TaskFailed',
  status: 'FAILED',
  at: '2026-03-01T04:12:09.000Z',
  actor: 'executor "one"',
  planId: 'PLN-7',
  planName: 'Amber <north> & "south"',
  unitName: 'edge-router',
  version: 'v2.1',
  taskId: 'PLN-7.12',
  tenantId: 'acme-eu',
  details: {
    ...{ stage: 'Health check', step: 'poll', instance: 'acme-eu-1' },
    ...{ errorType: 'TIMEOUT', code: 'NO_ANSWER', reason: 'too many failed' },
  },
};

const MANY: DigestFacts = {
  since: FAILED.at,
  until: '2026-03-01T04:13:04.000Z',
  topics: { planHalted: 1, taskFailed: 300, approvalNeeded: 3 },
  plans: [
    {
      ...{ planId: 'PLN-7', planName: FAILED.planName, unitName: FAILED.unitName, version: FAILED.version },
      topics: {
        planHalted: {
          count: 1,
          last: { kind: 'PlanHalted', details: { by: 'policy', reason: '300 tenants failed.' } },
        },
        taskFailed: { count: 300, names: ['acme-eu', 'acme-us', 'borealis', 'cobalt', 'delta'] },
      },
    },
    {
      ...{ planId: 'PLN-8', planName: 'Waves', unitName: 'billing', version: 'v4' },
      topics: { approvalNeeded: { count: 3, names: ['evergreen', 'fjord', 'harbor'] } },
    },
  ],
  others: 0,
};

/** Messages to look at, and to check a format with: of one event, and of many together. */
export function examples(console_: URL): { one: Message; many: Message } {
  return {
    one: messageOf('taskFailed', 1, FAILED, console_),
    many: messageOf('several', 304, MANY, console_),
  };
}

/** What a test sends. */
export function testMessage(console_: URL, by: { actor: string; now: Date }): Message {
  const facts: NotificationFacts = {
    ...{ eventId: 'PLN-0:1', kind: 'PlanCompleted', status: 'COMPLETED' },
    ...{ at: by.now.toISOString(), actor: by.actor },
    ...{ planId: 'PLN-0', planName: 'A test of this notification', unitName: 'none', version: 'none' },
    ...{ taskId: null, tenantId: null, details: { completed: 0 } },
  };
  return messageOf('planFinished', 1, facts, console_);
}
