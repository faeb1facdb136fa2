import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { PlanLanes } from './plan-lanes';

/** Work that the test ends, and what has begun so far. */
class Works {
  readonly begun: string[] = [];
  readonly lanes = new PlanLanes();
  readonly #ends = new Map<string, { resolve(): void; reject(error: unknown): void }>();

  ask(planId: string, name: string): Promise<void> {
    return this.lanes.run(planId, () => {
      this.begun.push(name);
      return new Promise<void>((resolve, reject) => this.#ends.set(name, { resolve, reject }));
    });
  }

  async end(name: string, code?: string): Promise<void> {
    if (code) this.#ends.get(name)?.reject(Object.assign(new Error(code), { code }));
    else this.#ends.get(name)?.resolve();
    await nextTurn();
  }
}

it('lets what is asked of one plan follow one another, and of others go beside it', async () => {
  const works = new Works();
  const all = [works.ask('A', 'a1'), works.ask('A', 'a2'), works.ask('B', 'b1'), works.ask('A', 'a3')];
  expect(works.begun).toEqual(['a1', 'b1']);
  for (const name of ['a1', 'a2', 'b1', 'a3']) await works.end(name);
  await Promise.all(all);
  expect(works.begun).toEqual(['a1', 'b1', 'a2', 'a3']);
  const later = works.ask('A', 'a4');
  expect(works.begun.at(-1)).toBe('a4');
  await works.end('a4');
  await later;
});

it.each(['55P03', '57014'])('tells all who wait of %s at once, and begins anew', async (code) => {
  const works = new Works();
  const waiting = [works.ask('A', 'a1'), works.ask('A', 'a2'), works.ask('A', 'a3')];
  const ends = Promise.allSettled(waiting);
  await works.end('a1', code);
  expect((await ends).map((end) => (end.status === 'rejected' ? end.reason.code : 'done'))).toEqual([
    code,
    code,
    code,
  ]);
  expect(works.begun).toEqual(['a1']);
  const later = works.ask('A', 'a4');
  expect(works.begun).toEqual(['a1', 'a4']);
  await works.end('a4');
  await later;
});

it('lets the next go on after a refusal of another kind', async () => {
  const works = new Works();
  const [first, second] = [works.ask('A', 'a1'), works.ask('A', 'a2')];
  await Promise.all([expect(first).rejects.toThrow('23505'), works.end('a1', '23505')]);
  expect(works.begun).toEqual(['a1', 'a2']);
  await works.end('a2');
  await second;
});
