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

/** Of a removed day; `summary` is what was signed. */
interface Summary {
  day: string;
  summary: string;
  signatures: readonly { keyId: string; signature: string }[];
  told: { lastId: number; last: { chain: number; hash: string } } | null;
}

const NAMES = [
  ...['id', 'at', 'actor', 'action', 'target', 'reason', 'outcome'],
  ...['actor_kind', 'actor_id', 'chain', 'hash'],
];

/** The audit log for a spreadsheet, one line for each entry, then one for each removed day, in whose place of the chain it stands. */
export const csvOf = (entries: readonly Entry[], summaries: readonly Summary[]): string =>
  csvLines(NAMES, [
    ...entries.map(({ id, at, chain, outcome, ...one }) =>
      [
        ...[String(id), at.toISOString(), one.actor, one.action, one.target, one.reason],
        ...[JSON.stringify(outcome), one.actorKind, one.actorId, chain === null ? null : String(chain)],
        one.hash,
      ].map((text) => text ?? ''),
    ),
    ...summaries.map(({ day, summary, signatures, told }) => [
      ...[String(told?.lastId ?? ''), `${day}T23:59:59.999Z`, 'retention', 'audit.summary', day, ''],
      ...[JSON.stringify({ summary, signatures }), '', '', String(told?.last.chain ?? '')],
      told?.last.hash ?? '',
    ]),
  ]);
