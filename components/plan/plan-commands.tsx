'use client';

import { notifications } from '@mantine/notifications';
import dynamic from 'next/dynamic';
import { parseAsString, parseAsStringLiteral, useQueryState } from 'nuqs';
import {
  createContext,
  memo,
  type ReactNode,
  useCallback,
  useContext,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useTranslations } from 'use-intl';
import type { PlanAction } from '@/components/actions/action-table';
import { errorText, useTRPCClient } from '@/components/api/client';
import { newRequestId } from '@/components/api/request-id';
import type { Figures } from '@/components/live/plan-tally';
import { planRefusal } from '@/components/live/situation';
import { useCounted, usePlanStore } from '@/components/live/use-live-plan';
import { useAskRefusal } from '@/components/session/role';
import { ActionButton } from '@/components/ui/action-button';
import { nothing } from '@/components/ui/nothing';
import { useFocusHandedOn } from '@/components/ui/use-focus-handed-on';
import type { PlanView } from '@/domain/view/plan-view';
import type { PlanQuestion } from './plan-questions';

// Its words come with the first question.
const Question = dynamic(() => import('./plan-question').then((module) => module.Question), {
  loading: nothing,
});

/** What is graver than can be asked in a list, where only some figures are known. */
const ASKED_BY_ADDRESS = ['cancel', 'rollback'] as const;

type Sending = PlanAction | 'schedule';

interface PlanAsk {
  /** Why nothing may be asked for from here, or null. */
  refusal: string | null;
  /** What was sent and is not answered yet. */
  sending: Sending | null;
  schedule: (startAt: Date | null, startBy?: Date) => Promise<string | null>;
  /** Sends a command, or asks first where that is due. */
  press: (kind: PlanAction) => void;
  /** The button of a command, by its own name if none is given; it asks first where that is due, and says why when it cannot be used. */
  button: (kind: PlanAction, label?: string, look?: { primary: boolean }) => ReactNode;
}

const Context = createContext<PlanAsk | null>(null);

/** Sends commands for the whole plan, from wherever on its page. One dialog; its numbers follow the plan while it is open. */
export function PlanCommands({ children }: { children: ReactNode }) {
  const store = usePlanStore();
  const client = useTRPCClient();
  const [sending, setSending] = useState<PlanAsk['sending']>(null);
  const [asking, setAsking] = useState<PlanQuestion | null>(null);
  const asked = useRef(false);
  const [, setBulkId] = useQueryState('bulk', parseAsString);
  const refusal = useAskRefusal();
  const { planId } = store.plan();
  const t = useTranslations('actions');

  const attempt = useCallback(
    async (what: Sending, call: (id: string) => Promise<unknown>) => {
      setSending(what);
      try {
        await call(newRequestId());
        return null;
      } catch (error) {
        const told = errorText(error);
        notifications.show({ color: 'red', title: t('refused'), message: told });
        return told;
      } finally {
        setSending(null);
      }
    },
    [t],
  );

  const send = useCallback(
    async (kind: PlanAction, reason: string | null, now = false) => {
      const refused = await attempt(kind, async (requestId) => {
        if (kind === 'start') return client.plans.start.mutate({ planId, requestId });
        if (kind === 'cancel' || kind === 'rollback')
          return client.plans[kind].mutate({ planId, reason, now, requestId });
        if (kind !== 'retryFailed') return client.plans[kind].mutate({ planId, reason, requestId });
        const { bulkId } = await client.plans.retryFailed.mutate({ planId, reason, requestId });
        return setBulkId(bulkId);
      });
      if (refused === null) notifications.show({ message: t(`planSent.${kind}`, { plan: planId }) });
      return refused;
    },
    [attempt, client, planId, setBulkId, t],
  );

  const press = useCallback(
    (kind: PlanAction) => {
      const question = questionFor(kind, store.plan(), store.figures());
      if (question) setAsking(question);
      else void send(kind, null);
    },
    [store, send],
  );

  // A list of plans leads here with what is to be asked: here are the figures. An address does nothing by itself.
  const [wanted, setWanted] = useQueryState('ask', parseAsStringLiteral(ASKED_BY_ADDRESS));
  const mayAsk = useCounted(
    (figures, plan) => wanted !== null && planRefusal(plan, figures, wanted) === null,
  );
  const question = asking ?? (mayAsk && refusal === null ? wanted : null);
  asked.current ||= question !== null;
  function close() {
    setAsking(null);
    if (wanted !== null) void setWanted(null);
  }

  // The buttons look at the figures by themselves: what is here stays the same while the plan goes on.
  const ask = useMemo<PlanAsk>(
    () => ({
      refusal,
      sending,
      schedule: (startAt, startBy) =>
        attempt('schedule', (requestId) =>
          client.plans.schedule.mutate({ planId, startAt, startBy, requestId }),
        ),
      press,
      button: (kind, label, look) => (
        <PlanButton key={kind} kind={kind} label={label} primary={look?.primary ?? null} />
      ),
    }),
    [refusal, sending, attempt, client, planId, press],
  );
  return (
    <Context value={ask}>
      {children}
      {asked.current && <Question asking={question} send={send} onClose={close} />}
    </Context>
  );
}

function questionFor(kind: PlanAction, plan: PlanView, { wave }: Figures): PlanQuestion | null {
  if (kind === 'start' || kind === 'approveStart' || kind === 'resume') return null;
  // A halt by a threshold was nobody's failure to accept; a wave with failures is.
  if (kind === 'continue') return wave.notCompletedInWave > 0 && !plan.halted ? 'continue' : null;
  return kind;
}

/** Why a command for the whole plan is refused now, or null. */
export function planActionRefusal(
  kind: PlanAction,
  plan: PlanView,
  figures: Figures,
  noneFailed: string,
  /** Database time. */
  now: Date,
): string | null {
  if (kind === 'retryFailed') return figures.byStatus.FAILED > 0 ? null : noneFailed;
  return planRefusal(plan, figures, kind, now);
}

const PlanButton = memo(function PlanButton(props: {
  kind: PlanAction;
  label: string | undefined;
  primary: boolean | null;
}) {
  const { kind, label, primary } = props;
  const t = useTranslations('actions');
  const { refusal, sending, press } = usePlanAsk();
  const store = usePlanStore();
  const refused = useCounted((figures, plan) =>
    planActionRefusal(kind, plan, figures, t('noneFailed'), new Date(Date.now() + store.clockOffset())),
  );
  return (
    <ActionButton
      ref={useFocusHandedOn()}
      size={primary === null ? 'compact-sm' : undefined}
      variant={primary ? undefined : 'default'}
      refusal={refusal ?? refused}
      loading={sending === kind}
      onClick={() => press(kind)}
    >
      {label ?? t(`plan.${kind}`)}
    </ActionButton>
  );
});

export function usePlanAsk(): PlanAsk {
  const ask = useContext(Context);
  if (!ask) throw new Error('usePlanAsk needs PlanCommands above it');
  return ask;
}
