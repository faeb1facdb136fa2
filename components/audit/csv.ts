interface Entry {
  id: number;
  at: Date;
  actor: string;
  action: string;
  target: string;
  reason: string | null;
  outcome: Record<string, unknown>;
}

/** The audit log for a spreadsheet, one line for each entry. */
export function csvOf(entries: readonly Entry[]): string {
  const lines = entries.map(({ id, at, actor, action, target, reason, outcome }) =>
    [String(id), at.toISOString(), actor, action, target, reason ?? '', JSON.stringify(outcome)]
      .map(cell)
      .join(','),
  );
  return ['id,at,actor,action,target,reason,outcome', ...lines, ''].join('\r\n');
}

/** Quoted; what a spreadsheet would take for a formula is kept from it, since others chose these words. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
