import type { StepDefinition } from './playbook';
import type { Rejection } from './rejection';

/** What is asked of those who give an approval. */
export interface ApprovalRule {
  /** How many different people have to give it. */
  needs: number;
  /** The least role that counts. */
  role: 'operator' | 'admin';
  /** It takes somebody else than who made the plan. */
  notMaker: boolean;
  /** Only who is in this group at the provider of sign-ins counts; left out where the role is enough. */
  group?: string | undefined;
}

/** What one person gave. `id` is their account, `by` their name of that moment. */
export interface Consent {
  id: string;
  by: string;
  /** ISO 8601, database time. */
  at: string;
}

/** An approval that somebody is waited for, and what was given so far. */
export interface OpenApproval extends ApprovalRule {
  given: readonly Consent[];
  /** Until when somebody may decide: ISO 8601, database time; null: as long as it takes. */
  due: string | null;
  /** What happens then. */
  otherwise: 'reject' | 'approve';
}

/** What is asked of those who approve a plan's start, why, and what they gave so far. */
export interface StartApproval extends ApprovalRule {
  because: { overTenants: number } | { label: string; equals: string };
  given: readonly Consent[];
}

/** That freezes do not hold a plan for a while, or that somebody asked for it: who has to grant it, and who did. */
export interface FreezeOverride extends ApprovalRule {
  /** Who asked: their name of that moment, and their account or key. */
  by: string;
  id: string;
  reason: string;
  /** When it was asked for, and until when it holds: ISO 8601, database time. */
  at: string;
  until: string;
  given: readonly Consent[];
}

/** Who is about to approve. */
export interface Approver {
  /** Their account, whatever they are called. */
  id: string;
  /** Every name that they, or a key of theirs, ever had: names outlast an account that is removed and made again. */
  names: readonly string[];
  role: 'operator' | 'admin';
  /** Signed in, and no API key. */
  person: boolean;
  /** Made the plan. */
  maker: boolean;
  /** The groups they are in at the provider, as it said last; nobody else has any. */
  groups?: readonly string[] | undefined;
}

/** Anybody whom no rule keeps out: to ask whether something can be approved at all. */
export const ANY_APPROVER: Approver = { id: '', names: [], role: 'admin', person: true, maker: false };

/** Somebody whom no rule keeps out, whatever group it names. */
export const anyApproverOf = ({ group }: Pick<ApprovalRule, 'group'>): Approver =>
  group === undefined ? ANY_APPROVER : { ...ANY_APPROVER, groups: [group] };

/** How the settings of an approval are read, at a moment of the database's time. */
export function openApproval(step: StepDefinition, now: Date): OpenApproval {
  const { needs, role, notMaker, group, withinMinutes, otherwise } = step as Partial<ApprovalRule> & {
    withinMinutes?: number;
    otherwise?: OpenApproval['otherwise'];
  };
  return {
    needs: needs ?? 1,
    role: role ?? 'operator',
    notMaker: notMaker ?? false,
    ...(group === undefined ? {} : { group }),
    given: [],
    due: withinMinutes === undefined ? null : new Date(now.getTime() + withinMinutes * 60_000).toISOString(),
    otherwise: otherwise ?? 'reject',
  };
}

/** Whether it matters who gives it: then only people count, one voice each. */
export const isFourEyes = ({
  needs,
  notMaker,
  group,
}: Pick<ApprovalRule, 'needs' | 'notMaker' | 'group'>): boolean =>
  needs > 1 || notMaker || group !== undefined;

/** Why a rule can be fulfilled by nobody now, of whom so many are there; null when it can. People may come, so it is no refusal. */
export function whyNobodyFulfils(rule: ApprovalRule, people: number): string | null {
  if (!isFourEyes(rule)) return null;
  const { needs, role, group, notMaker } = rule;
  const who = role === 'admin' ? 'administrators' : 'operators or administrators';
  const asked = group === undefined ? who : `${who} of the group ${group}`;
  if (people < needs)
    return `It asks for ${needs} of the ${asked}, with ${people} at present: nobody can fulfil it until others come.`;
  if (notMaker && people === needs)
    return `It asks for ${needs} of the ${asked} besides who made the plan, with ${people} at present: of a plan that one of them makes nobody can fulfil it.`;
  return null;
}

/** Whether the time to decide is over. */
export const isOver = (due: string | null, now: Date): boolean => due !== null && new Date(due) <= now;

/** How many more have to give it. */
export const stillNeeded = ({ needs, given }: Pick<OpenApproval, 'needs' | 'given'>): number =>
  Math.max(0, needs - given.length);

/** Why this one's approval does not count; null when it does. */
export function whyNotApprove(
  open: Pick<OpenApproval, keyof ApprovalRule | 'given'>,
  approver: Approver,
): Rejection | null {
  if (open.role === 'admin' && approver.role !== 'admin')
    return { code: 'NOT_AN_APPROVER', message: 'Only an administrator can approve this.' };
  if (!isFourEyes(open)) return null;
  if (!approver.person)
    return {
      code: 'NOT_AN_APPROVER',
      message: 'People approve this, signed in as themselves; an API key cannot.',
    };
  if (open.group !== undefined && !approver.groups?.includes(open.group))
    return {
      code: 'NOT_AN_APPROVER',
      message: `Who is in the group ${open.group} approves this. You are not, as far as the provider last said; sign in again if that has changed.`,
    };
  if (open.notMaker && approver.maker)
    return {
      code: 'NOT_AN_APPROVER',
      message: 'You made this plan: somebody else has to approve it.',
    };
  if (open.given.some(({ id, by }) => id === approver.id || approver.names.includes(by)))
    return {
      code: 'NOT_AN_APPROVER',
      message: 'You approved this already; it takes somebody else as well.',
    };
  return null;
}

/** The names of those who gave it, as they follow each other in a sentence. */
export const namesOf = (given: readonly Consent[]): string => given.map(({ by }) => by).join(', ');
