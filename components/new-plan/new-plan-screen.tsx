'use client';

import { Button, Group, Skeleton } from '@mantine/core';
import { useMounted } from '@mantine/hooks';
import { Check } from 'lucide-react';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { parseAsInteger, useQueryState } from 'nuqs';
import { useTranslations } from 'use-intl';
import { ActionButton } from '@/components/ui/action-button';
import { PageHeader } from '@/components/ui/page-header';
import { ChosenCounter } from './chosen-counter';
import { missingIn } from './draft';
import { DraftsBar } from './drafts-bar';
import classes from './new-plan.module.css';
import { useDrafts } from './use-drafts';

const TenantsStep = dynamic(() => import('./tenants-step').then((module) => module.TenantsStep), {
  loading: () => <Skeleton height={360} radius="md" />,
});
const VersionStep = dynamic(() => import('./version-step').then((module) => module.VersionStep));
const HowStep = dynamic(() => import('./how-step').then((module) => module.HowStep));
const Review = dynamic(() => import('./review').then((module) => module.Review));

const STEPS = ['tenants', 'version', 'how', 'review'] as const;
const REVIEW = STEPS.length;

/** Four steps from nothing to a plan that is ready to start. */
export function NewPlanScreen() {
  const t = useTranslations('newPlan');
  const mounted = useMounted();
  return (
    <>
      <PageHeader title={t('title')} above={<Link href="/plans">{t('plans')}</Link>} />
      {/* Drafts live in this browser, so the server cannot draw them. */}
      {mounted ? <Steps /> : <Skeleton height={320} radius="md" />}
    </>
  );
}

function Steps() {
  const t = useTranslations('newPlan');
  const drafts = useDrafts();
  const { draft, change } = drafts;
  const [asked, setStep] = useQueryState(
    'step',
    parseAsInteger.withDefault(1).withOptions({ history: 'push', scroll: true }),
  );
  // Nobody lands on a step whose questions cannot be answered yet.
  const reachable = [1, 2, 3].find((one) => missingIn(one, draft) !== null) ?? REVIEW;
  const step = Math.min(Math.max(asked, 1), reachable);
  const go = (to: number) => void setStep(to);
  const missing = missingIn(step, draft);
  const refusal =
    missing === null
      ? null
      : typeof missing === 'string'
        ? t(`missing.${missing}`)
        : 'labelOfWave' in missing
          ? t('missing.label', { wave: missing.labelOfWave })
          : t('missing.gate', { wave: missing.gateOfWave });

  return (
    <>
      <DraftsBar drafts={drafts} />
      <nav aria-label={t('steps')}>
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
                  {t(`step.${name}`)}
                </button>
              </li>
            );
          })}
        </ol>
      </nav>
      {step === 1 && <TenantsStep key={drafts.id} draft={draft} change={change} />}
      {step === 2 && <VersionStep draft={draft} change={change} />}
      {step === 3 && <HowStep draft={draft} change={change} />}
      {step === REVIEW ? (
        <Review draft={draft} onBack={() => go(step - 1)} onCreated={drafts.forget} />
      ) : (
        <div className={classes.bar}>
          <ChosenCounter draft={draft} change={change} />
          <Group gap="sm">
            {step > 1 && (
              <Button variant="default" onClick={() => go(step - 1)}>
                {t('back')}
              </Button>
            )}
            <ActionButton refusal={refusal} onClick={() => go(step + 1)}>
              {t('next')}
            </ActionButton>
          </Group>
        </div>
      )}
    </>
  );
}
