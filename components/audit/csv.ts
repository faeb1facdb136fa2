import { csvLines } from '@/components/table/csv';

interface Entry {
  id: number;
  at: Date;
  actor: string;
  action: string;
  target: string;
  reason: string | null;
  outcome: Record<string, unknown>;
}

const NAMES = ['id', 'at', 'actor', 'action', 'target', 'reason', 'outcome'] as const;

/** The audit log for a spreadsheet, one line for each entry. */
export const csvOf = (entries: readonly Entry[]): string =>
  csvLines(
    NAMES,
    entries.map(({ id, at, actor, action, target, reason, outcome }) => [
      String(id),
      at.toISOString(),
      actor,
      action,
      target,
      reason ?? '',
      JSON.stringify(outcome),
    ]),
  );
