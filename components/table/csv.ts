/** Lines for a spreadsheet under their names. */
export function csvLines(names: readonly string[], lines: readonly (readonly string[])[]): string {
  return [names, ...lines, []].map((cells) => cells.map(quoted).join(',')).join('\r\n');
}

/** What a spreadsheet would take for a formula is kept from it, since others chose these words. */
export const noFormula = (text: string): string => (/^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text);

function quoted(text: string): string {
  const safe = noFormula(text);
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
