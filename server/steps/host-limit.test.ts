import { expect, it } from 'vitest';
import { withinHostLimit } from './host-limit';

/** Everything that can go on has gone on. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Work that goes on until it is told to end. */
function pending() {
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string, most?: number, signal = new AbortController().signal, host = 'edge:80') =>
    withinHostLimit(host, most, signal, () => {
      started.push(name);
      return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
    });
  return { started, work, end: (name: string) => ends.get(name)?.() };
}

it('lets only so many at a host at once, first come, first served', async () => {
  const { started, work, end } = pending();
  const all = ['a', 'b', 'c', 'd'].map((name) => work(name, 2));
  const elsewhere = work('x', 2, undefined, 'other:80');
  await turn();
  expect(started).toEqual(['a', 'b', 'x']);
  end('b');
  await all[1];
  await turn();
  expect(started).toEqual(['a', 'b', 'x', 'c']);
  for (const name of ['a', 'c', 'x']) end(name);
  await Promise.all([all[0], all[2], elsewhere]);
  await turn();
  end('d');
  expect(await all[3]).toBe('d');
});

it('gives the place back when the work fails or the run is aborted while it waits', async () => {
  const { started, work, end } = pending();
  const abort = new AbortController();
  const failing = withinHostLimit('edge:80', 1, new AbortController().signal, async () => {
    throw new Error('no');
  });
  const waiting = work('waiting', 1, abort.signal);
  const next = work('next', 1);
  const refused = expect(waiting).rejects.toThrow('taken over');
  abort.abort(new Error('taken over'));
  await refused;
  await expect(failing).rejects.toThrow('no');
  await turn();
  expect(started).toEqual(['next']);
  end('next');
  await next;
  await expect(work('late', 1, abort.signal)).rejects.toThrow('taken over');
  expect(started).toEqual(['next']);
});

it('does not hold up who asked for no limit, but counts it', async () => {
  const { started, work, end } = pending();
  const free = work('free');
  const limited = work('limited', 1);
  const second = work('second');
  await turn();
  expect(started).toEqual(['free', 'second']);
  end('free');
  end('second');
  await Promise.all([free, second]);
  await turn();
  end('limited');
  expect(await limited).toBe('limited');
});
