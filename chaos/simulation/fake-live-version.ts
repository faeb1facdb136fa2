import type { Endpoint } from '@/domain/tenant';
import type { LiveVersion } from '@/server/steps/live-version';
import type { TaskRuntimeContext } from '@/server/steps/task-runtime-context';
import { isLost } from './lost-answer';
import type { TargetClient } from './targets';

/** Stands in for the look at an instance: one GET of the simulation's target. */
export async function readLiveVersion(context: TaskRuntimeContext, { key }: Endpoint): Promise<LiveVersion> {
  const client = context.http as unknown as TargetClient;
  const { tenantId, taskId: task, epoch } = context;
  const unread = { version: null, digest: null, detail: 'gave no answer', record: null };
  try {
    const sent = {
      tenantId,
      instance: key,
      method: 'GET',
      version: '',
      task,
      epoch,
      idempotencyKey: null,
    } as const;
    const { outcome, version } = await client.send(sent);
    return outcome === 'read' ? { version, digest: null, detail: `runs ${version}`, record: null } : unread;
  } catch (error) {
    if (!isLost(error)) throw error;
    return unread;
  }
}

/** Whether it is the wanted version; versions of the simulation have one content. */
export const compareLive = ({ version, detail }: LiveVersion, wanted: { version: string }) => ({
  ok: version === null ? null : version === wanted.version,
  detail,
});
