import { type PendingSchema, pendingSchema } from '@/db/migrate';
import type { DatabaseCheck } from '../check';
import { type Finding, ok, warn } from '../finding';

/** Whether the database has what this build knows. */
export const schema: DatabaseCheck = {
  name: 'database schema',
  look: async ({ sql }) => [schemaFound(await pendingSchema(sql))],
};

export function schemaFound({ migrations, functions, empty, newer }: PendingSchema): Finding {
  if (empty) return ok('there are no tables yet, the first start makes them');
  if (newer)
    return warn(
      'a newer build has migrated the database',
      'This build can work beside its neighbour during an upgrade, and no longer than that',
      'Finish the upgrade on this node',
    );
  if (migrations === 0 && functions.length === 0)
    return ok('every migration and function of this build is applied');
  const pending = [
    migrations > 0 ? `${migrations} ${migrations === 1 ? 'migration' : 'migrations'}` : null,
    functions.length > 0 ? `the functions ${functions.join(', ')}` : null,
  ];
  return warn(
    `not applied yet: ${pending.filter((one) => one !== null).join(' and ')}`,
    'The next start of this build applies that, and there is no way back but a restore',
    'Make a backup, then start it',
  );
}
