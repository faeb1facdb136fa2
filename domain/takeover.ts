/**
 * A run that was taken over and has not got on since. `count` says how often; the next one does not begin before
 * `notBefore`. `reason` is what ended the last one, where the process that ran it could still tell. Times are ISO 8601,
 * database time.
 */
export interface Takeover {
  count: number;
  at: string;
  notBefore: string;
  reason: string | null;
}

/** Taken over so often without getting on, a step is given up: whatever ends its runs would end the next one, too. */
export const MOST_TAKEOVERS = 8;

/** Seconds before the next takeover, by how many there were: growing, so that what cannot work does not hold the fleet. */
const PAUSES = [0, 0, 1, 2, 4, 8, 16, 30] as const;
/** After so long a run has worked, even if its step goes on: a bake outlives many deployments. */
const FORGOTTEN_AFTER_MILLIS = 10 * 60_000;

/** What is on the task after one more takeover. Pure; `now` is database time. */
export function takenOver(before: Takeover | null, now: Date): Takeover {
  const recent = before !== null && now.getTime() - Date.parse(before.at) < FORGOTTEN_AFTER_MILLIS;
  const count = (recent ? before.count : 0) + 1;
  const reason = recent ? before.reason : null;
  return { count, at: now.toISOString(), notBefore: after(count, now), reason };
}

/** The same when a process could still say what ended its run: the next one waits. */
export function broken(before: Takeover | null, reason: string, now: Date): Takeover {
  const count = before?.count ?? 0;
  return { count, at: before?.at ?? now.toISOString(), notBefore: after(count + 1, now), reason };
}

export const isGivenUp = ({ takeover }: { takeover: Takeover | null }): boolean =>
  takeover !== null && takeover.count > MOST_TAKEOVERS;

/** Why a step is given up, in the operator's words. */
export function whyGivenUp({ count, reason }: Takeover): string {
  const because =
    reason === null ? 'No process lived long enough to say why' : `The last one ended with: ${reason}`;
  return `Its run was taken over ${count} times in a row without getting on. ${because}. Look at the target and the server's log, then retry or roll back`;
}

function after(count: number, now: Date): string {
  const seconds = PAUSES[Math.min(count, PAUSES.length - 1)] ?? 0;
  return new Date(now.getTime() + seconds * 1000).toISOString();
}
