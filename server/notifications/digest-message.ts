import { TOPICS, type Topic } from '@/domain/view/news';
import type { DigestFacts, PlanFacts } from './facts';
import { linkTo, planEvent } from './plan-message';

/** Chat systems refuse texts of more than about 3,000 characters. */
const MOST_CHARS = 2400;

/** What a number of each topic is called. */
const COUNTED: Record<Topic, (count: number) => string> = {
  planFinished: (count) => `${count} ${count === 1 ? 'plan' : 'plans'} ended`,
  planHalted: (count) => `${count} ${count === 1 ? 'plan' : 'plans'} halted`,
  planUnapproved: (count) => `${count} ${count === 1 ? 'plan waits' : 'plans wait'} to be approved`,
  taskFailed: (count) => `${tenants(count)} failed`,
  rollbackFailed: (count) => `${tenants(count)} could not be rolled back`,
  taskRolledBack: (count) => `${tenants(count)} rolled back`,
  approvalNeeded: (count) => `${tenants(count)} ${count === 1 ? 'waits' : 'wait'} for an approval`,
};

const tenants = (count: number) => `${count} ${count === 1 ? 'tenant' : 'tenants'}`;

/** "298 tenants failed, 1 plan halted: PLN-7 (Amber)". */
export function digestTitle({ topics, plans, others }: DigestFacts): string {
  const counts = TOPICS.flatMap((topic) => (topics[topic] ? [COUNTED[topic](topics[topic])] : [])).join(', ');
  const [plan, ...more] = plans;
  if (!plan) return counts;
  const rest = more.length + others;
  return rest === 0 ? `${counts}: ${plan.planId} (${plan.planName})` : `${counts}, in ${rest + 1} plans`;
}

/** A line for each plan, with a link, until it is as long as chat systems take. */
export function digestText({ plans, others }: DigestFacts, console_: URL): string {
  const lines: string[] = [];
  let length = 0;
  for (const [index, plan] of plans.entries()) {
    const line = `${planLine(plan)} ${linkTo(plan.planId, console_)}`;
    length += line.length + 1;
    if (index > 0 && length > MOST_CHARS) break;
    lines.push(line);
  }
  const untold = plans.length - lines.length + others;
  if (untold > 0)
    lines.push(`And ${untold} more ${untold === 1 ? 'plan' : 'plans'}: ${linkTo(null, console_)}`);
  return lines.join('\n');
}

/** "PLN-7 (Amber): 298 tenants failed (acme, beta and 296 more); was halted by policy: …". */
export function planLine({ planId, planName, topics }: PlanFacts): string {
  const told = TOPICS.flatMap((topic) => {
    const of = topics[topic];
    if (!of) return [];
    if (of.last) return [planEvent(of.last).replace(/\.$/, '')];
    return [`${COUNTED[topic](of.count)} (${namesOf(of.names ?? [], of.count)})`];
  });
  return `${planId} (${planName}): ${told.join('; ')}.`;
}

function namesOf(names: readonly string[], count: number): string {
  const more = count - names.length;
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ');
}
