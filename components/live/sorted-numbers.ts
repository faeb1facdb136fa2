/** The place of the first number of a sorted list that is not smaller. */
export function placeOf(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Puts a number into a sorted list, or takes it out; what is so already stays. Answers whether anything changed. */
export function setMember(sorted: number[], value: number, member: boolean): boolean {
  const place = placeOf(sorted, value);
  const is = sorted[place] === value;
  if (is === member) return false;
  if (member) sorted.splice(place, 0, value);
  else sorted.splice(place, 1);
  return true;
}
