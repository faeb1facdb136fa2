import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { FairQueue } from './fair-queue';

describe('a fair queue', () => {
  it('lets a few go on in each turn of the loop, in their order, and everybody else between them', async () => {
    const queue = new FairQueue(2);
    const seen: (number | 'else')[] = [];
    const all = Array.from({ length: 7 }, (_, one) => queue.next().then(() => seen.push(one)));
    for (let turn = 0; turn < 4; turn += 1) {
      await nextTurn();
      seen.push('else');
    }
    await Promise.all(all);
    expect(seen).toEqual([0, 1, 'else', 2, 3, 'else', 4, 5, 'else', 6, 'else']);
  });

  it('gives turns anew to who comes when nobody waits, and to who asks in a turn of its own', async () => {
    const queue = new FairQueue(2);
    await queue.next();
    await queue.next().then(() => queue.next());
    const seen: number[] = [];
    void queue.next().then(() => seen.push(1));
    expect(seen).toEqual([]);
    await nextTurn();
    expect(seen).toEqual([1]);
  });
});
