import { saveFile } from '@/components/table/save-file';
import type { Outputs } from '@/server/api/router';
import { csvOf } from './csv';

type Read<Page> = (cursor: string | null) => Promise<Page>;

/**
 * Saves everything that fits the present filter as a file, page by page so that no answer grows too large, and with it what
 * is kept of removed days: the chain goes on from there.
 */
export async function exportAudit(
  kind: 'csv' | 'json',
  read: { entries: Read<Outputs['audit']['list']>; summaries: Read<Outputs['audit']['summaries']> },
): Promise<void> {
  const entries = await allOf(read.entries);
  const summaries = await allOf(read.summaries);
  const text = kind === 'csv' ? csvOf(entries, summaries) : JSON.stringify({ entries, summaries }, null, 2);
  const type = kind === 'csv' ? 'text/csv' : 'application/json';
  saveFile(`switchyard-audit-${new Date().toISOString().slice(0, 10)}.${kind}`, text, type);
}

async function allOf<Item>(page: Read<{ items: Item[]; next: string | null }>): Promise<Item[]> {
  const all: Item[] = [];
  let cursor: string | null = null;
  do {
    const { items, next } = await page(cursor);
    all.push(...items);
    cursor = next;
  } while (cursor !== null);
  return all;
}
