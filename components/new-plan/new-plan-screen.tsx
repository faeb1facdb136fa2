'use client';

import { Button, Group, Skeleton } from '@mantine/core';
import { useMounted } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Check } from 'lucide-react';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { parseAsInteger, parseAsString, useQueryState, useQueryStates } from 'nuqs';
import { useEffect, useMemo, useRef, useState } from 'react';
import { errorText, useTRPC, useTRPCClient } from '@/components/api/client';
import { newRequestId } from '@/components/api/request-id';
import { useRoleRefusal } from '@/components/session/role';
import { ActionButton } from '@/components/ui/action-button';
import { PageHeader } from '@/components/ui/page-header';
import { Problem } from '@/components/ui/problem';
import { tenants } from '@/components/ui/tenant-count';
import { type Draft, missingIn, requestOf, useDraft } from './draft';
import classes from './new-plan.module.css';
import { TenantsStep } from './tenants-step';

const VersionStep = dynamic(() => import('./version-step').then((module) => module.VersionStep));
const HowStep = dynamic(() => import('./how-step').then((module) => module.HowStep));
const ReviewStep = dynamic(() => import('./review-step').then((module) => module.ReviewStep));

const STEPS = ['Tenants', 'Version', 'How', 'Review'] as const;
const REVIEW = STEPS.length;

/** Four steps from nothing to a plan that is ready to start. */
export function NewPlanScreen() {
  const mounted = useMounted();
  return (
    <>
      <PageHeader title="New plan" above={<Link href="/plans">Plans</Link>} />
      {/* The draft lives in this browser, so the server cannot draw it. */}
      {mounted ? <Steps /> : <Skeleton height={320} radius="md" />}
    </>
  );
}

function Steps() {
  const { draft, change, forget } = useDraft();
  useGivenVersion(change);
  const [asked, setStep] = useQueryState(
    'step',
    parseAsInteger.withDefault(1).withOptions({ history: 'push', scroll: true }),
  );
  // Nobody lands on a step whose questions cannot be answered yet.
  const reachable = [1, 2, 3].find((one) => missingIn(one, draft) !== null) ?? REVIEW;
  const step = Math.min(Math.max(asked, 1), reachable);
  const go = (to: number) => void setStep(to);

  return (
    <>
      <nav aria-label="Steps">
        <ol className={classes.steps}>
          {STEPS.map((name, index) => {
            const at = index + 1;
            const closed = at > reachable;
            return (
              <li key={name} style={{ display: 'contents' }}>
                <button
                  type="button"
                  className={classes.step}
                  aria-current={at === step ? 'step' : undefined}
                  aria-disabled={closed || undefined}
                  data-done={at < step || undefined}
                  onClick={() => !closed && go(at)}
                >
                  <span className={classes.number} aria-hidden="true">
                    {at < step ? <Check size={12} /> : at}
                  </span>
                  {name}
                </button>
              </li>
            );
          })}
        </ol>
      </nav>
      {step === 1 && <TenantsStep draft={draft} change={change} />}
      {step === 2 && <VersionStep draft={draft} change={change} />}
      {step === 3 && <HowStep draft={draft} change={change} />}
      {step === REVIEW ? (
        <Review draft={draft} onBack={() => go(step - 1)} onCreated={forget} />
      ) : (
        <div className={classes.bar}>
          <output className={classes.counter}>{draft.tenantIds.length.toLocaleString('en')} selected</output>
          <Group gap="sm">
            {step > 1 && (
              <Button variant="default" onClick={() => go(step - 1)}>
                Back
              </Button>
            )}
            <ActionButton refusal={missingIn(step, draft)} onClick={() => go(step + 1)}>
              Next
            </ActionButton>
          </Group>
        </div>
      )}
    </>
  );
}

/** A link from a version's page may name it: `?unit=…&version=…`. */
function useGivenVersion(change: (part: Partial<Draft>) => void) {
  const [given, setGiven] = useQueryStates({ unit: parseAsString, version: parseAsString });
  const apply = useRef(change);
  apply.current = change;
  useEffect(() => {
    if (!given.unit || !given.version) return;
    apply.current({ unitId: given.unit, version: given.version });
    void setGiven({ unit: null, version: null });
  }, [given.unit, given.version, setGiven]);
}

function Review(props: { draft: Draft; onBack: () => void; onCreated: () => void }) {
  const { draft } = props;
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queries = useQueryClient();
  const router = useRouter();
  const [leaveOut, setLeaveOut] = useState(false);
  const request = requestOf(draft);
  const preview = useQuery({
    queryKey: ['plan-preview', request],
    queryFn: () => client.plans.preview.mutate(request),
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
      notifications.show({ color: 'red', title: `${planId} is not scheduled`, message: errorText(error) });
    }
  }
  const valid = preview.data?.report.valid ?? 0;
  const invalid = preview.data?.report.invalid ?? 0;
  const mayNot = useRoleRefusal();
  const refusal = () => {
    if (mayNot) return mayNot;
    if (preview.isError) return 'The plan could not be checked.';
    if (!preview.data || preview.isFetching) return 'Every tenant is being checked.';
    // What is created must be what was chosen, whatever the reason for a difference.
    if (preview.data.report.total !== draft.tenantIds.length)
      return `You chose ${tenants(draft.tenantIds.length)}, but the server checked ${preview.data.report.total}.`;
    if (valid === 0) return 'No tenant is left that could be switched.';
    if (invalid > 0 && !leaveOut)
      return `${tenants(invalid)} cannot be switched. Leave ${invalid === 1 ? 'it' : 'them'} out, or go back and change the selection.`;
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
          <Problem title="The plan was not created">{errorText(create.error)}</Problem>
        </div>
      )}
      <div className={classes.bar}>
        <output className={classes.counter}>
          {preview.data ? `${tenants(valid)} will be switched` : `${draft.tenantIds.length} selected`}
        </output>
        <Group gap="sm">
          <Button variant="default" onClick={props.onBack}>
            Back
          </Button>
          <ActionButton
            refusal={refusal()}
            loading={create.isPending || create.isSuccess}
            onClick={() =>
              create.mutate({
                ...request,
                leaveOutInvalid: leaveOut,
                previewHash: preview.data?.hash ?? null,
                requestId,
              })
            }
          >
            Create plan for {tenants(preview.data ? valid : draft.tenantIds.length)}
          </ActionButton>
        </Group>
      </div>
    </>
  );
}
