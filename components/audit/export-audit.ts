import type { Outputs } from '@/server/api/router';
import { csvOf } from './csv';

type Entry = Outputs['audit']['list'][number];

const PAGE = 1000;

/** Saves everything that fits the present filter as a file, page by page so that no answer grows too large. */
export async function exportAudit(
  kind: 'csv' | 'json',
  page: (cursor: number | undefined) => Promise<Entry[]>,
): Promise<void> {
  const all: Entry[] = [];
  for (;;) {
    const next = await page(all.at(-1)?.id);
    all.push(...next);
    if (next.length < PAGE) break;
  }
  const text = kind === 'csv' ? csvOf(all) : JSON.stringify(all, null, 2);
  const type = kind === 'csv' ? 'text/csv' : 'application/json';
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `switchyard-audit-${new Date().toISOString().slice(0, 10)}.${kind}`;
  link.click();
  URL.revokeObjectURL(url);
}
