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

/** The audit log for a spreadsheet, one line for each entry. */
export function csvOf(entries: readonly Entry[]): string {
  const lines = entries.map(({ id, at, chain, outcome, ...one }) =>
    [
      ...[
        String(id),
        at.toISOString(),
        one.actor,
        one.action,
        one.target,
        one.reason,
        JSON.stringify(outcome),
      ],
      ...[one.actorKind, one.actorId, chain === null ? null : String(chain), one.hash],
    ]
      .map((text) => cell(text ?? ''))
      .join(','),
  );
  return ['id,at,actor,action,target,reason,outcome,actor_kind,actor_id,chain,hash', ...lines, ''].join(
    '\r\n',
  );
}

/** Quoted; what a spreadsheet would take for a formula is kept from it, since others chose these words. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
