/** How often the same reason was given, the most frequent first; a tenant's own name makes no other reason. */
export function outcomeGroups(
  refused: readonly { tenantId: string; message: string | null }[],
): { why: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { tenantId, message } of refused) {
    const why = (message ?? '').replaceAll(tenantId, '…');
    counts.set(why, (counts.get(why) ?? 0) + 1);
  }
  return [...counts].map(([why, count]) => ({ why, count })).sort((a, b) => b.count - a.count);
}
