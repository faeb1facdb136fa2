import { turn } from './fair-queue';

/** So many values are looked at in a few milliseconds, also the first time. */
const AT_ONCE = 1000;

/** What is told of each value: the value, and the names that lead to it. The list is the same one each time. */
type Look = (value: unknown, path: readonly string[]) => void;

/** Looks at a JSON value and all within it, the outer first; others get their turn meanwhile. Rejects with what `look` throws. */
export async function eachValue(root: unknown, look: Look): Promise<void> {
  for (const _ of walk(root, look, [], { seen: 0 })) await turn();
}

/** Pauses after each so many values. */
function* walk(value: unknown, look: Look, path: string[], count: { seen: number }): Generator<void> {
  look(value, path);
  count.seen += 1;
  if (count.seen % AT_ONCE === 0) yield;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, one] of Object.entries(value)) {
    path.push(key);
    yield* walk(one, look, path, count);
    path.pop();
  }
}
