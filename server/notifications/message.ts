import type { Topic } from '@/domain/view/news';

/** What a delivery's row holds: facts about the event, nothing of configurations, variables or answers. */
export interface NotificationFacts {
  eventId: string;
  kind: string;
  status: string;
  at: string;
  actor: string;
  planId: string;
  planName: string;
  unitName: string;
  version: string;
  taskId: string | null;
  tenantId: string | null;
  details: Record<string, unknown>;
}

/** The body to send, for programs. */
export function jsonMessage(topic: Topic, facts: NotificationFacts, console_: URL) {
  return { topic, text: sentence(topic, facts), url: linkTo(facts, console_), ...facts };
}

/** The body to send, as chat systems that take Slack's incoming webhooks want it. */
export function slackMessage(topic: Topic, facts: NotificationFacts, console_: URL) {
  const text = sentence(topic, facts);
  return {
    text,
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: escaped(text) } },
      {
        type: 'context',
        elements: [
          {
            type: 'mrkdwn',
            text: `<${linkTo(facts, console_)}|${escaped(facts.planId)}> · ${escaped(`${facts.unitName} ${facts.version}`)} · ${facts.at}`,
          },
        ],
      },
    ],
  };
}

/** What happened, in one sentence. */
function sentence(topic: Topic, facts: NotificationFacts): string {
  const plan = `${facts.planId} (${facts.planName})`;
  const tell = (name: string) => String(facts.details[name] ?? 'unknown');
  switch (topic) {
    case 'planFinished':
      return `${plan} ${finished(facts.kind, tell)}.`;
    case 'planHalted':
      if (facts.kind === 'PlanStartMissed')
        return `${plan} was not started: it was to begin at ${tell('startAt')}, at the latest at ${tell('startBy')}. Start it, or set another time.`;
      return `${plan} was halted by ${tell('by')}: ${tell('reason')} No further tenant starts until somebody resumes the plan.`;
    case 'taskFailed': {
      const what = facts.kind === 'TaskRollbackFailed' ? 'could not be rolled back' : 'failed';
      const where = facts.details.stage ? ` in stage ${tell('stage')}` : '';
      const instance = facts.details.instance ? ` at ${tell('instance')}` : '';
      return `${facts.tenantId} ${what}${where}${instance}: ${tell('errorType')} ${tell('code')}. It belongs to ${plan}.`;
    }
    case 'approvalNeeded':
      return `${facts.tenantId} waits for an approval${facts.details.stage ? ` in stage ${tell('stage')}` : ''}. It belongs to ${plan}.`;
  }
}

function finished(kind: string, tell: (name: string) => string): string {
  switch (kind) {
    case 'PlanCompleted':
      return `completed: ${tell('completed')} tenants switched`;
    case 'PlanPartiallyFailed':
      return `finished with failures: ${tell('failed')} failed, ${tell('completed')} switched`;
    case 'PlanCancelled':
      return `was cancelled: ${tell('cancelled')} tenants were left as they are`;
    case 'PlanRolledBack':
      return `was rolled back: ${tell('rolledBack')} tenants are on their earlier version`;
    default:
      return `failed: ${tell('reason')}`;
  }
}

function linkTo({ planId }: NotificationFacts, console_: URL): string {
  return new URL(`/plans/${planId}`, console_).href;
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
