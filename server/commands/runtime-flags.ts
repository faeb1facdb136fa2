import type { TaskWithContext } from '@/db/queries/runs';
import { effectiveSetting } from '@/domain/settings';
import type { RuntimeFlags } from '@/domain/task';
import type { BaseLayers } from '@/server/settings/live-settings';

/** What guards may know of a task: facts read with its row, and the settings that hold for it. */
export function runtimeFlags(read: TaskWithContext, base: BaseLayers): RuntimeFlags {
  const { value: maxRetry } = effectiveSetting({ ...read.layers, ...base }, 'maxRetry');
  return { ...read.flags, maxRetry };
}
