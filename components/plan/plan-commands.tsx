'use client';

import { notifications } from '@mantine/notifications';
import { parseAsString, useQueryState } from 'nuqs';
import { createContext, type ReactNode, useContext, useState } from 'react';
import { errorText, useTRPCClient } from '@/components/api/client';
import { newRequestId } from '@/components/api/request-id';
import { type Figures, planRefusal } from '@/components/live/situation';
import { usePlanSnapshot } from '@/components/live/use-live-plan';
import { useAskRefusal } from '@/components/session/role';
import { ActionButton } from '@/components/ui/action-button';
import { ConfirmDialog } from '@/components/ui/confirm';
import type { Confirmation } from '@/components/ui/confirmation';
import { PLAN_QUESTIONS, type PlanQuestion } from './plan-questions';

export type PlanCommandKind =
  | 'start'
  | 'pause'
  | 'resume'
  | 'continue'
  | 'cancel'
  | 'rollback'
  | 'close'
  | 'retryFailed';

interface PlanAsk {
  /** Why nothing may be asked for from here, or null. */
  refusal: string | null;
  /** What was sent and is not answered yet. */
  sending: PlanCommandKind | 'schedule' | null;
  schedule: (startAt: Date | null, startBy?: Date) => Promise<string | null>;
  /** The button of a command; it asks first where that is due, and says why when it cannot be used. */
  button: (kind: PlanCommandKind, label: string, look?: { primary: boolean }) => ReactNode;
}

const Context = createContext<PlanAsk | null>(null);

/** Sends commands for the whole plan, from wherever on its page. One dialog; its numbers follow the plan while it is open. */
export function PlanCommands({ figures, children }: { figures: Figures; children: ReactNode }) {
  const { plan, tasks } = usePlanSnapshot();
  const client = useTRPCClient();
  const [sending, setSending] = useState<PlanAsk['sending']>(null);
  const [asking, setAsking] = useState<PlanQuestion | null>(null);
  const [, setBulkId] = useQueryState('bulk', parseAsString);
  const mayNot = useAskRefusal();
  const { planId } = plan;

  async function attempt(what: PlanCommandKind | 'schedule', call: (id: string) => Promise<unknown>) {
    setSending(what);
    try {
      await call(newRequestId());
      return null;
    } catch (error) {
      const words = errorText(error);
      notifications.show({ color: 'red', title: 'Refused', message: words });
      return words;
    } finally {
      setSending(null);
    }
  }

  const send = (kind: PlanCommandKind, reason: string | null, now = false) =>
    attempt(kind, async (requestId) => {
      if (kind === 'start') return client.plans.start.mutate({ planId, requestId });
      if (kind === 'cancel' || kind === 'rollback')
        return client.plans[kind].mutate({ planId, reason, now, requestId });
      if (kind !== 'retryFailed') return client.plans[kind].mutate({ planId, reason, requestId });
      const { bulkId } = await client.plans.retryFailed.mutate({ planId, reason, requestId });
      return setBulkId(bulkId);
    });

  const questionFor = (kind: PlanCommandKind): PlanQuestion | null => {
    if (kind === 'start' || kind === 'resume') return null;
    // A halt by a threshold was nobody's failure to accept; a wave with failures is.
    if (kind === 'continue') return figures.wave.notCompletedInWave > 0 && !plan.halted ? 'continue' : null;
    return kind;
  };

  const refusalOf = (kind: PlanCommandKind): string | null => {
    if (mayNot) return mayNot;
    if (kind === 'retryFailed') return figures.byStatus.FAILED > 0 ? null : 'No task has failed.';
    return planRefusal(plan, figures, kind);
  };

  const ask: PlanAsk = {
    refusal: mayNot,
    sending,
    schedule: (startAt, startBy) =>
      attempt('schedule', (requestId) =>
        client.plans.schedule.mutate({ planId, startAt, startBy, requestId }),
      ),
    button: (kind, label, look) => (
      <ActionButton
        key={kind}
        size={look ? undefined : 'compact-sm'}
        variant={look?.primary ? undefined : 'default'}
        refusal={refusalOf(kind)}
        loading={sending === kind}
        onClick={() => {
          const question = questionFor(kind);
          if (question) setAsking(question);
          else void send(kind, null);
        }}
      >
        {label}
      </ActionButton>
    ),
  };
  const confirmation: Confirmation | null = asking && {
    ...PLAN_QUESTIONS[asking](plan, figures, tasks),
    planId,
    mayHurry: (asking === 'cancel' || asking === 'rollback') && figures.byStatus.RUNNING > 0,
    onConfirm: (reason, atOnce) => send(asking, reason, atOnce),
  };
  return (
    <Context value={ask}>
      {children}
      <ConfirmDialog confirmation={confirmation} onClose={() => setAsking(null)} />
    </Context>
  );
}

export function usePlanAsk(): PlanAsk {
  const ask = useContext(Context);
  if (!ask) throw new Error('usePlanAsk needs PlanCommands above it');
  return ask;
}
