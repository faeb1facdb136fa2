import { csvLines } from '@/components/table/csv';

interface Entry {
  id: number;
  at: Date;
  actor: string;
  action: string;
  target: string;
  reason: string | null;
  outcome: Record<string, unknown>;
  actorKind: string | null;
  actorId: string | null;
  chain: number | null;
  hash: string | null;
}

const NAMES = [
  ...['id', 'at', 'actor', 'action', 'target', 'reason', 'outcome'],
  ...['actor_kind', 'actor_id', 'chain', 'hash'],
];

/** The audit log for a spreadsheet, one line for each entry. */
export const csvOf = (entries: readonly Entry[]): string =>
  csvLines(
    NAMES,
    entries.map(({ id, at, chain, outcome, ...one }) =>
      [
        ...[String(id), at.toISOString(), one.actor, one.action, one.target, one.reason],
        ...[JSON.stringify(outcome), one.actorKind, one.actorId, chain === null ? null : String(chain)],
        one.hash,
      ].map((text) => text ?? ''),
    ),
  );
