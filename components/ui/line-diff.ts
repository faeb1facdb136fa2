import { type ChangeObject, diffLines } from 'diff';
import { laidOutJson } from '@/domain/json-text';

/** One line of a comparison; `gap` stands for unchanged lines left out. */
export type DiffLine =
  | { kind: 'same' | 'added' | 'removed'; text: string; before: number | null; after: number | null }
  | { kind: 'gap'; count: number; before: number };

/** `more` lines follow those that are shown. */
export type LineDiff = { lines: DiffLine[]; added: number; removed: number; more: number };

const CONTEXT = 3;
/** A page with more lines takes a browser seconds to lay out. */
const MAX_SHOWN = 2000;

/**
 * Compares two configurations line by line. JSON is laid out first, every value as it is written; where only the layout
 * differs, that is what is compared, since another text is sent.
 */
export function lineDiff(before: string, after: string): LineDiff {
  const all: Exclude<DiffLine, { kind: 'gap' }>[] = [];
  let [left, right] = [0, 0];
  const onlyLayout = before !== after && laidOut(before) === laidOut(after);
  const parts = onlyLayout ? partsOf(ended(before), ended(after)) : partsOf(laidOut(before), laidOut(after));
  for (const part of parts) {
    for (const text of part.value.replace(/\n$/, '').split('\n')) {
      if (!part.added) left += 1;
      if (!part.removed) right += 1;
      const kind = part.added ? 'added' : part.removed ? 'removed' : 'same';
      all.push({ kind, text, before: part.added ? null : left, after: part.removed ? null : right });
    }
  }
  const lines = withGaps(all);
  return {
    lines: lines.slice(0, MAX_SHOWN),
    more: Math.max(0, lines.length - MAX_SHOWN),
    added: all.filter((line) => line.kind === 'added').length,
    removed: all.filter((line) => line.kind === 'removed').length,
  };
}

/** Beyond so many changed lines finding the fewest takes seconds, and nobody reads them one by one. */
const MAX_EDITS = 200;

/** The parts that are the same, and those that differ; what differs too much is told as removed and added as a whole. */
function partsOf(before: string, after: string): Pick<ChangeObject<string>, 'value' | 'added' | 'removed'>[] {
  const parts = diffLines(before, after, { maxEditLength: MAX_EDITS });
  return (
    parts ?? [
      { value: before, added: false, removed: true },
      { value: after, added: true, removed: false },
    ]
  );
}

/** JSON indented by two, its values as they are written; everything else as it is. */
export function laidOut(payload: string): string {
  const lines = laidOutJson(payload);
  return lines.endsWith('\n') ? lines : `${lines}\n`;
}

/** A newline at the end shows: it is sent, and the digest is over it. */
function ended(text: string): string {
  return text.endsWith('\n') ? `${text.slice(0, -1)}⏎\n` : `${text}\n`;
}

function withGaps(all: Exclude<DiffLine, { kind: 'gap' }>[]): DiffLine[] {
  const near = new Set<number>();
  for (const [index, line] of all.entries()) {
    if (line.kind === 'same') continue;
    for (let at = index - CONTEXT; at <= index + CONTEXT; at += 1) near.add(at);
  }
  const lines: DiffLine[] = [];
  for (const [index, line] of all.entries()) {
    const last = lines.at(-1);
    if (near.has(index)) lines.push(line);
    else if (last?.kind === 'gap') last.count += 1;
    else lines.push({ kind: 'gap', count: 1, before: line.before ?? 0 });
  }
  return lines;
}
