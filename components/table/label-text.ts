/** Labels in one line: "region: eu · tier: gold". */
export function labelText(labels: Record<string, string>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}: ${value}`)
    .join(' · ');
}
