/** Which limits a number is beyond, as far as there are any; null for one within them. */
export function beyond(
  value: number,
  { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: { min?: number; max?: number },
): 'between' | 'atLeast' | 'atMost' | null {
  if (value >= min && value <= max) return null;
  if (Number.isFinite(min) && Number.isFinite(max)) return 'between';
  return Number.isFinite(min) ? 'atLeast' : 'atMost';
}
