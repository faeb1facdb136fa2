import { laidOutJson } from '@/domain/json-text';

/** One value that is not the same in two configurations; null where it is not there. Values stand as they are written. */
export interface KeyChange {
  path: string;
  before: string | null;
  after: string | null;
}

/** What differs value by value; `same` values do not. */
export interface KeyDiff {
  changes: KeyChange[];
  same: number;
}

/** Compares two JSON texts by the place of each value; null where one of them is no JSON with places in it. */
export function keyDiff(before: string, after: string): KeyDiff | null {
  const [left, right] = [valuesOf(before), valuesOf(after)];
  if (!left || !right) return null;
  const changes: KeyChange[] = [];
  let same = 0;
  for (const [path, value] of left) {
    const now = right.get(path) ?? null;
    if (now === value) same += 1;
    else changes.push({ path, before: value, after: now });
  }
  for (const [path, value] of right) if (!left.has(path)) changes.push({ path, before: null, after: value });
  return { changes, same };
}

/** Every value by its place, like `routes[0].host`: laid out, JSON has one on each line. */
function valuesOf(text: string): Map<string, string> | null {
  const lines = laidOutJson(text).split('\n');
  if (lines.length < 2 || !/^[[{]$/.test(lines[0] ?? '') || !isJson(text)) return null;
  const values = new Map<string, string>();
  const places: { path: string; next: number | null }[] = [];
  for (const line of lines) {
    const trimmed = line.trim().replace(/,$/, '');
    if (trimmed === '}' || trimmed === ']') {
      places.pop();
      continue;
    }
    const place = places.at(-1);
    const [, key, value = trimmed] = /^("(?:[^"\\]|\\.)*"): (.*)$/s.exec(trimmed) ?? [];
    const named = place?.next === null && key !== undefined;
    const path = !place ? '' : named ? joined(place.path, JSON.parse(key)) : `${place.path}[${place.next}]`;
    if (place && place.next !== null) place.next += 1;
    const source = named ? value : trimmed;
    if (source === '{') places.push({ path, next: null });
    else if (source === '[') places.push({ path, next: 0 });
    else values.set(path, source);
  }
  return values;
}

const joined = (path: string, key: string): string => {
  if (!/^[\w-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
};

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
