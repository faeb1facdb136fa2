import type { Told } from './call-record';

/** How what must not be shown stands in a record. */
const HIDDEN = /•{3,}/g;

/**
 * The call as a command for a shell. What is hidden has a name instead: a header's own, SECRET elsewhere; whoever runs it
 * sets them before.
 */
export function curlOf({ line, headers, body }: Told): string {
  const [, method = 'GET', url = line] = /^([A-Z]+) (.*)$/s.exec(line) ?? [];
  const parts = [`curl -X ${method} ${quoted(url, 'SECRET')}`];
  for (const [name, value] of headers) parts.push(`-H ${quoted(`${name}: ${value}`, variableOf(name))}`);
  if (body !== '') parts.push(`--data-raw ${quoted(body, 'SECRET')}`);
  return parts.join(' \\\n  ');
}

const variableOf = (header: string): string => header.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_');

/** In single quotes, where nothing means anything but itself; only names of what is hidden are looked up. */
function quoted(text: string, hidden: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`.replaceAll(HIDDEN, `'"$${hidden}"'`);
}
