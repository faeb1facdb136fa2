import { saveFile } from '@/components/table/save-file';
import type { Outputs } from '@/server/api/router';
import { csvOf } from './csv';

type Page = Outputs['audit']['list'];

/** Saves everything that fits the present filter as a file, page by page so that no answer grows too large. */
export async function exportAudit(
  kind: 'csv' | 'json',
  page: (cursor: string | null) => Promise<Page>,
): Promise<void> {
  const all: Page['items'] = [];
  let cursor: string | null = null;
  do {
    const { items, next } = await page(cursor);
    all.push(...items);
    cursor = next;
  } while (cursor !== null);
  const text = kind === 'csv' ? csvOf(all) : JSON.stringify(all, null, 2);
  const type = kind === 'csv' ? 'text/csv' : 'application/json';
  saveFile(`switchyard-audit-${new Date().toISOString().slice(0, 10)}.${kind}`, text, type);
}
