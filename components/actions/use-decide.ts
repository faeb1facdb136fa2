'use client';

import { useCallback } from 'react';
import { useTRPCClient } from '@/components/api/client';
import { newRequestId } from '@/components/api/request-id';
import type { Decision } from '@/components/live/plan-command';

/**
 * Sends what an operator decided about a task that waits for them in the stage they look at; rejects with the server's
 * refusal.
 */
export function useDecide() {
  const client = useTRPCClient();
  return useCallback(
    async (
      taskId: string,
      decision: Decision,
      { reason, stage }: { reason: string | null; stage: string | null },
    ): Promise<void> => {
      const command = { taskId, requestId: newRequestId() };
      if (decision === 'approve' || decision === 'reject')
        await client.tasks[decision].mutate({ ...command, reason, stage: stage ?? undefined });
      else await client.tasks.resolve.mutate({ ...command, resolution: decision, reason: reason ?? '' });
    },
    [client],
  );
}
