/** Lines for a spreadsheet under their names. */
export function csvLines(names: readonly string[], lines: readonly (readonly string[])[]): string {
  return [names, ...lines, []].map((cells) => cells.map(quoted).join(',')).join('\r\n');
}

/** What a spreadsheet would take for a formula is kept from it, since others chose these words. */
function quoted(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
