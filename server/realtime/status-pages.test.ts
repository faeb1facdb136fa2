import { describe, expect, it } from 'vitest';
import type { Database } from '@/db/client';
import { StatusPages } from './status-pages';

const open = (planId: string, showNames = false) => ({ planId, showNames, expiresAt: new Date(0) });

/** A database that answers when it is told to, and counts what it is asked. */
function slowDatabase() {
  const asked: { answer: (rows: unknown[]) => void; fail: (error: Error) => void }[] = [];
  const execute = () => new Promise((answer, fail) => asked.push({ answer, fail }));
  return { asked, db: { execute } as unknown as Database };
}

describe('a status page', () => {
  it('is worked out once for all who look in the same second', async () => {
    const { asked, db } = slowDatabase();
    let now = 0;
    const pages = new StatusPages(db, () => now);
    const first = Array.from({ length: 100 }, () => pages.read(open('PLN-1')));
    expect(asked).toHaveLength(1);
    asked[0]?.answer([]);
    await Promise.all(first);
    now = 999;
    await pages.read(open('PLN-1'));
    expect(asked).toHaveLength(1);
    now = 1000;
    void pages.read(open('PLN-1'));
    void pages.read(open('PLN-1'));
    expect(asked).toHaveLength(2);
  });

  it('is another for another plan, and for a link that shows names', () => {
    const { asked, db } = slowDatabase();
    const pages = new StatusPages(db, () => 0);
    for (const look of [open('PLN-1'), open('PLN-2'), open('PLN-1', true), open('PLN-2')])
      void pages.read(look);
    expect(asked).toHaveLength(3);
  });

  it('is tried again at once after it could not be read', async () => {
    const { asked, db } = slowDatabase();
    const pages = new StatusPages(db, () => 0);
    const [one, other] = [pages.read(open('PLN-1')), pages.read(open('PLN-1'))];
    asked[0]?.fail(new Error('no answer'));
    await expect(one).rejects.toThrow('no answer');
    await expect(other).rejects.toThrow('no answer');
    void pages.read(open('PLN-1'));
    expect(asked).toHaveLength(2);
  });
});
