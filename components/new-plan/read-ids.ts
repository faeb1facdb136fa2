/** Tenant ids from pasted text: separated by spaces, commas, semicolons or lines. */
export function idsInText(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter(Boolean))];
}

/** Tenant ids from the first column of a CSV file; a header line called like one is left out. */
export function idsInCsv(text: string): string[] {
  const cells = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => (line.split(/[,;\t]/)[0] ?? '').trim().replace(/^"(.*)"$/, '$1'));
  const header = /^(tenant[_ ]?id|tenant|id)$/i;
  return [...new Set(cells.filter((cell, index) => cell !== '' && !(index === 0 && header.test(cell))))];
}
