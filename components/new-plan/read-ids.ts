/** What lists of other programs put around an id: quotes, brackets, and characters that nobody sees. */
const WRAPPING = /^[\p{Cf}"'“”‘’`[\](){}<>]+|[\p{Cf}"'“”‘’`[\](){}<>]+$/gu;

/** Tenant ids from pasted text: separated by spaces, commas, semicolons or lines, also as a list of JSON. */
export function idsInText(text: string): string[] {
  return unique(text.split(/[\s,;,、;]+/u).map(unwrapped));
}

/** Tenant ids from the first column of a CSV file; a header line called like one is left out. */
export function idsInCsv(text: string): string[] {
  const cells = text.split(/\r\n?|\n/).map((line) => unwrapped((line.split(/[,;\t]/)[0] ?? '').trim()));
  const header = /^(tenant[_ ]?id|tenant|id)$/i;
  return unique(cells.filter((cell, index) => !(index === 0 && header.test(cell))));
}

const unwrapped = (cell: string): string => cell.replaceAll(WRAPPING, '');

const unique = (ids: readonly string[]): string[] => [...new Set(ids.filter((id) => id !== ''))];
