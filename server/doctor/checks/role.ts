import { connect } from '@/db/client';
import { type RoleRights, rightsOf } from '@/db/queries/inspection';
import { APPEND_ONLY } from '@/db/runtime-role';
import { type DatabaseCheck, reasonOf } from '../check';
import { type Finding, fail, ok, warn } from '../finding';

const WHERE = 'docs/operations.md, "The role of the server"';

/** What the server's role may do with what is only ever added to; and whether the owner's can be used. */
export const role: DatabaseCheck = {
  name: 'database role',
  look: async ({ db, runtimeRole }, { env }) => {
    const separate = env.databaseUrl === undefined || env.databaseOwnerUrl !== undefined;
    const found = roleFound(runtimeRole, await rightsOf(db, runtimeRole, APPEND_ONLY), separate);
    return env.databaseOwnerUrl ? [found, await ownerFound(env.databaseOwnerUrl)] : [found];
  },
};

/** `separate`: whether somebody else is meant to own the tables. */
export function roleFound(name: string, rights: RoleRights | null, separate: boolean): Finding {
  if (!rights)
    return fail(`there is no role ${name}`, 'The server cannot sign in to the database', `Make it: ${WHERE}`);
  if (rights.superuser)
    return fail(
      `${name} is a superuser`,
      'Nothing limits it, the audit log included',
      `Make another role: ${WHERE}`,
    );
  if (rights.cannotAdd.length > 0)
    return fail(
      `${name} may not add to ${rights.cannotAdd.join(', ')}`,
      'The server can store nothing',
      'Start it with DATABASE_OWNER_URL for the owner of the tables: each start gives the role what it needs',
    );
  if (rights.owner && !separate)
    return warn(
      `${name} owns the tables`,
      'Whoever takes the server over could change the audit log and the events',
      `Give the tables an owner of their own: ${WHERE}`,
    );
  if (rights.owner || rights.canChange.length > 0)
    return fail(
      rights.owner
        ? `${name} is a member of the owner of the tables`
        : `${name} may change ${rights.canChange.join(', ')}`,
      'Whoever takes the server over could change the audit log and the events',
      rights.owner
        ? `Take the membership back: ${WHERE}`
        : 'Start the server anew: each start takes that away again',
    );
  return ok(`${name} may add to the audit log and the events, and not change them`);
}

async function ownerFound(url: string): Promise<Finding> {
  const owner = connect(url, 1, { readOnly: true, statementMillis: 3000 });
  try {
    const [row] = await owner.sql<{ owner: string }[]>`select current_user as owner`;
    return ok(`the owner of DATABASE_OWNER_URL signs in as ${row?.owner}`);
  } catch (error) {
    return fail(
      `the owner of DATABASE_OWNER_URL cannot sign in: ${reasonOf(error)}`,
      'The server migrates with it and does not start',
      'Look at its address, role and password',
    );
  } finally {
    await owner.close();
  }
}
