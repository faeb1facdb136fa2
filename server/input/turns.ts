/** Who waits, the first first. */
const waiting: (() => void)[] = [];

/**
 * Waits for a turn of the event loop of one's own: of all that wait, one goes on each turn. Long work that asks for one
 * before each of its parts holds up others for the time of one part, however many of them were begun at once.
 */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(goOn);
  });
}

function goOn(): void {
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(goOn);
}
