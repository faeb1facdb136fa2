import type { Topic } from '@/domain/view/news';
import { digestText, digestTitle } from './digest-message';
import { isDigest, type MessageFacts, type NotificationFacts } from './facts';
import { linkTo, planEvent } from './plan-message';

/** What somebody is told, before it is written for where it goes. */
export interface Message {
  topic: Topic | 'several';
  /** A line that says what it is about. */
  title: string;
  /** What happened: a sentence, or a line for each plan. */
  text: string;
  url: string;
  /** How many events it tells of. */
  count: number;
  at: string;
  facts: MessageFacts;
}

/** The message that a delivery's row holds the facts of; `console` is where people see more. */
export function messageOf(
  topic: Topic | 'several',
  count: number,
  facts: MessageFacts,
  console_: URL,
): Message {
  if (isDigest(facts)) {
    const [plan, ...more] = facts.plans;
    const only = plan && more.length === 0 && facts.others === 0 ? plan.planId : null;
    const text = digestText(facts, console_);
    return {
      topic,
      title: digestTitle(facts),
      text,
      url: linkTo(only, console_),
      count,
      at: facts.until,
      facts,
    };
  }
  const { planId, at } = facts;
  const one = topic === 'several' ? 'planFinished' : topic;
  const told = { title: title(one, facts), text: sentence(one, facts) };
  return { topic, ...told, url: linkTo(planId, console_), count, at, facts };
}

function title(topic: Topic, { planId, planName, tenantId, kind }: NotificationFacts): string {
  const plan = `${planId} (${planName})`;
  const task = `${tenantId} of ${plan}`;
  switch (topic) {
    case 'planFinished':
      return `${plan} ${ENDS[kind] ?? 'ended'}`;
    case 'planHalted':
      return `${plan} ${HELD[kind] ?? 'was halted'}`;
    case 'planUnapproved':
      return kind === 'FreezeOverrideAsked'
        ? `${plan} waits for an override of freezes`
        : `${plan} waits to be approved`;
    case 'taskFailed':
      return `${task} failed`;
    case 'rollbackFailed':
      return `${task} could not be rolled back`;
    case 'taskRolledBack':
      return `${task} was rolled back`;
    case 'approvalNeeded':
      return `${task} waits for an approval`;
  }
}

const HELD: Readonly<Record<string, string>> = {
  PlanStartMissed: 'was not started',
  DeadlinePassed: 'was not finished by its deadline',
};

const ENDS: Readonly<Record<string, string>> = {
  PlanCompleted: 'completed',
  PlanPartiallyFailed: 'finished with failures',
  PlanFailed: 'failed',
  PlanCancelled: 'was cancelled',
  PlanRolledBack: 'was rolled back',
};

/** What happened, in one sentence. */
function sentence(topic: Topic, facts: NotificationFacts): string {
  const plan = `${facts.planId} (${facts.planName})`;
  const tell = (name: string) => String(facts.details[name] ?? 'unknown');
  const where = facts.details.stage ? ` in stage ${tell('stage')}` : '';
  switch (topic) {
    case 'planFinished':
    case 'planHalted':
    case 'planUnapproved':
      return `${plan} ${planEvent(facts)}`;
    case 'taskFailed':
    case 'rollbackFailed': {
      const what = topic === 'rollbackFailed' ? 'could not be rolled back' : 'failed';
      const instance = facts.details.instance ? ` at ${tell('instance')}` : '';
      return `${facts.tenantId} ${what}${where}${instance}: ${tell('errorType')} ${tell('code')}. It belongs to ${plan}.`;
    }
    case 'taskRolledBack': {
      const version = facts.details.version ? ` and runs ${tell('version')}` : '';
      return `${facts.tenantId} was rolled back${version}. It belongs to ${plan}.`;
    }
    case 'approvalNeeded':
      return `${facts.tenantId} waits for an approval${where}. It belongs to ${plan}.`;
  }
}
