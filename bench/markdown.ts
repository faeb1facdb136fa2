import type { Bar } from './bars';

/** A table of a page. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** What is promised, and whether it holds. */
export const barTable = (bars: readonly Bar[]): string =>
  table(
    ['promise', 'bar', 'measured', ''],
    bars.map((bar) => [bar.what, bar.bar, bar.measured, bar.holds ? 'holds' : '**missed**']),
  );

/** The section of a page under its heading; empty when there is none. */
export function sectionOf(page: string, title: string): string {
  const from = page.indexOf(`## ${title}\n`);
  if (from === -1) return '';
  const next = page.indexOf('\n## ', from);
  return (next === -1 ? page.slice(from) : page.slice(from, next)).trimEnd();
}

/** The page with this text as the section of its heading: in its place, or at the end. */
export function withSection(page: string, title: string, text: string): string {
  const old = sectionOf(page, title);
  return old === '' ? `${page.trimEnd()}\n\n${text}\n` : page.replace(old, () => text);
}
