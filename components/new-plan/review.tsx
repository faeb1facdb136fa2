'use client';

import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { errorText, useTRPC, useTRPCClient } from '@/components/api/client';
import { newRequestId } from '@/components/api/request-id';
import { useRoleRefusal } from '@/components/session/role';
import { ActionButton } from '@/components/ui/action-button';
import { Problem } from '@/components/ui/problem';
import { type Draft, requestOf } from './draft';
import classes from './new-plan.module.css';
import { ReviewStep } from './review-step';
import { useDefaultName } from './use-default-name';

/** The last step, and the button that makes the plan as it was shown. */
export function Review(props: { draft: Draft; onBack: () => void; onCreated: () => void }) {
  const { draft } = props;
  const t = useTranslations('newPlan.review');
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queries = useQueryClient();
  const router = useRouter();
  const [leaveOut, setLeaveOut] = useState(false);
  const request = requestOf(draft, useDefaultName()(draft));
  const preview = useQuery({
    queryKey: ['plan-preview', request],
    queryFn: () => client.plans.preview.mutate({ ...request, onlyFindings: true }),
    staleTime: 0,
    gcTime: 0,
  });
  // One id for all clicks on what is shown, so that a second click cannot make a second plan; with what is shown it changes.
  const asked = `${preview.data?.hash} ${leaveOut}`;
  const requestId = useMemo(() => ({ asked, id: newRequestId() }), [asked]).id;
  const create = useMutation(
    trpc.plans.create.mutationOptions({
      onSuccess: async ({ planId }) => {
        if (draft.startAt) await schedule(planId, draft.startAt);
        void queries.invalidateQueries(trpc.plans.list.pathFilter());
        router.push(`/plans/${planId}`);
        props.onCreated();
      },
      // What was refused may have changed since it was looked at.
      onError: () => void preview.refetch(),
    }),
  );
  /** The plan is there in any case; that it will not start by itself has to be known. */
  async function schedule(planId: string, startAt: string) {
    try {
      await client.plans.schedule.mutate({ planId, startAt, requestId: newRequestId() });
    } catch (error) {
      notifications.show({
        color: 'red',
        title: t('notScheduled', { plan: planId }),
        message: errorText(error),
      });
    }
  }
  const { valid = 0, invalid = 0 } = preview.data?.report ?? {};
  const mayNot = useRoleRefusal();
  const refusal = () => {
    if (mayNot) return mayNot;
    if (preview.isError) return t('why.unchecked');
    if (!preview.data || preview.isFetching) return t('why.checking');
    if (valid === 0) return t('why.nobody');
    if (invalid > 0 && !leaveOut) return t('why.invalid', { count: invalid });
    return null;
  };
  return (
    <>
      <ReviewStep
        draft={draft}
        preview={preview.data}
        error={preview.error}
        leaveOut={leaveOut}
        onLeaveOut={setLeaveOut}
      />
      {create.error && (
        <div style={{ marginTop: 16 }}>
          <Problem title={t('notCreated')}>{errorText(create.error)}</Problem>
        </div>
      )}
      <div className={classes.bar}>
        <output className={classes.counter}>{preview.data && t('willBe', { count: valid })}</output>
        <Group gap="sm">
          <Button variant="default" onClick={props.onBack}>
            {t('back')}
          </Button>
          <ActionButton
            refusal={refusal()}
            loading={create.isPending || create.isSuccess}
            onClick={() =>
              create.mutate({
                ...request,
                ...(draft.finishBy
                  ? { finishBy: new Date(draft.finishBy), atDeadline: draft.atDeadline }
                  : {}),
                leaveOutInvalid: leaveOut,
                previewHash: preview.data?.hash ?? null,
                requestId,
              })
            }
          >
            {t('create', { count: valid })}
          </ActionButton>
        </Group>
      </div>
    </>
  );
}
