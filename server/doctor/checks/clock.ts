import { databaseNow } from '@/db/queries/inspection';
import type { DatabaseCheck } from '../check';
import { type Finding, ok, warn } from '../finding';

const MOST_APART_MS = 2000;

/** Whether database and host agree about the time: plans go by the database's, certificates and codes by the host's. */
export const clock: DatabaseCheck = {
  name: 'clock',
  look: async ({ db }, { now }) => {
    const asked = now();
    const there = await databaseNow(db);
    const answered = now();
    return [clockFound(there.getTime() - (asked + answered) / 2)];
  },
};

export function clockFound(ahead: number): Finding {
  const seconds = (Math.abs(ahead) / 1000).toFixed(1);
  if (Math.abs(ahead) <= MOST_APART_MS) return ok(`the clocks of database and host are ${seconds} s apart`);
  return warn(
    `the database’s clock is ${seconds} s ${ahead > 0 ? 'ahead of' : 'behind'} this host’s`,
    'Scheduled starts go by the database, sign-in codes and certificates by the host',
    'Let both follow a time server',
  );
}
