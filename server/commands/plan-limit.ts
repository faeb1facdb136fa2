import type { Database } from '@/db/client';
import { findPlaybook } from '@/db/queries/planning';
import { effectiveSetting } from '@/domain/settings';
import type { BaseLayers } from '@/server/settings/live-settings';

/** How many tasks of a plan run at once: what is asked for, else what its playbook and the layers below it say (SPEC 8). */
export async function planLimit(
  deps: { db: Database; layers(): BaseLayers },
  playbookId: string,
  asked: number | undefined,
): Promise<number> {
  if (asked !== undefined) return asked;
  const playbook = (await findPlaybook(deps.db, playbookId))?.definition.settings ?? {};
  return effectiveSetting({ playbook, ...deps.layers() }, 'maxConcurrency').value;
}
