/** More than there are; only names in other letters would be more. */
const MOST_KEPT = 1000;
/** Looking for one costs as much as checking a hundred other values, and a file of freezes names the same again and again. */
const known = new Set<string>();

/** Whether there is a time zone of that name, like Europe/Berlin. */
export function isTimeZone(name: string): boolean {
  if (known.has(name)) return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    if (known.size < MOST_KEPT) known.add(name);
    return true;
  } catch {
    return false;
  }
}
