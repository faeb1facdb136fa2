import type { Topic } from '@/domain/view/news';

/** What the outbox keeps of an event: nothing of configurations, variables or answers. */
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

/** How often something happened in a plan: of tasks with the first few tenants, of the plan with what was last. */
export interface TopicFacts {
  count: number;
  names?: string[];
  last?: Pick<NotificationFacts, 'kind' | 'details'>;
}

export interface PlanFacts {
  planId: string;
  planName: string;
  unitName: string;
  version: string;
  topics: { [T in Topic]?: TopicFacts };
}

/** What several events come to, as the database counts them; `others` are plans that are not told one by one. */
export interface DigestFacts {
  since: string;
  until: string;
  topics: { [T in Topic]?: number };
  plans: PlanFacts[];
  others: number;
}

export type MessageFacts = NotificationFacts | DigestFacts;

export const isDigest = (facts: MessageFacts): facts is DigestFacts => 'plans' in facts;
