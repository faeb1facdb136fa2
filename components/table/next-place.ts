/** Rows that a page of the keyboard goes on by. */
const PAGE = 12;

/** Where a key leads to from row `at` of `count`; null where it leads nowhere. */
export function nextPlace(key: string, at: number, count: number): number | null {
  const last = count - 1;
  const to: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + PAGE,
    PageUp: at - PAGE,
    Home: 0,
    End: last,
  };
  const place = to[key];
  if (place === undefined || last < 0) return null;
  return Math.min(last, Math.max(0, place));
}
