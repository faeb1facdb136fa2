import type { Topic } from '@/server/notifications/topics';

/** What a webhook is told of; a topic that is new on the server does not compile until it has words. */
export const TOPIC_WORDS: Record<Topic, { name: string; about: string }> = {
  planFinished: { name: 'Plan finished', about: 'Completed, failed, cancelled or rolled back' },
  planHalted: {
    name: 'Plan halted',
    about: 'A threshold or a person stopped it, or its scheduled start was missed',
  },
  taskFailed: { name: 'Tenant failed', about: 'A switch or a rollback did not succeed' },
  approvalNeeded: { name: 'Approval needed', about: 'A tenant waits for a person to decide' },
};

export function topicName(topic: string): string {
  return TOPIC_WORDS[topic as Topic]?.name ?? topic;
}

export const FORMAT_WORDS: Record<'json' | 'slack', string> = {
  json: 'JSON',
  slack: 'Slack message',
};

/** "Answered 204 in 34 ms", or why there was no answer that counts. */
export function answerText(answer: { status: number | null; error: string | null; millis: number }): string {
  if (answer.error) return answer.error;
  return `Answered ${answer.status ?? 'nothing'} in ${answer.millis.toLocaleString('en')} ms`;
}
