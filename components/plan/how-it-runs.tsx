'use client';

import dynamic from 'next/dynamic';
import { useState } from 'react';
import { useFormatter, useLocale, useTranslations } from 'use-intl';
import { POLICY_KEYS, useRuleWords } from '@/components/live/policy-words';
import { nothing } from '@/components/ui/nothing';
import { SHORT_MOMENT } from '@/components/ui/short-moment';
import { DEFAULT_POLICIES } from '@/domain/policies/choice';
import type { PlanView } from '@/domain/view/plan-view';
import classes from './how-it-runs.module.css';

const Rules = dynamic(() => import('./rules').then((module) => module.Rules), { loading: nothing });

/** By what rules the plan goes on, waits and stops: one line, and everything behind it. */
export function HowItRuns({ plan }: { plan: PlanView }) {
  const [open, setOpen] = useState(false);
  const t = useTranslations('rules');
  const locale = useLocale();
  const format = useFormatter();
  const words = useRuleWords();
  const thresholds = words.thresholds(plan.thresholds);
  const own = POLICY_KEYS.filter((key) => plan.policies[key].kind !== DEFAULT_POLICIES[key].kind);
  const line = [
    t('line.atOnce', { count: String(plan.maxConcurrency) }),
    ...(plan.deadline
      ? [t('line.finishBy', { time: format.dateTime(new Date(plan.deadline.finishBy), SHORT_MOMENT) })]
      : []),
    // Several are told by their strip.
    ...(plan.lastWave === 0 ? [t('line.oneWave')] : []),
    thresholds.length === 0
      ? t('line.noThreshold')
      : t('line.haltsAt', { thresholds: thresholds.join(t('or')) }),
    ...own.map((key) =>
      t('line.policy', {
        name: words.name(key).toLocaleLowerCase(locale),
        text: lower(words.policy(key, plan.policies[key])),
      }),
    ),
  ];
  return (
    <details className={classes.panel} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className={classes.summary}>
        <b>{t('title')}</b> <span>{line.join(' · ')}</span>
      </summary>
      <div className={classes.inside}>{open && <Rules plan={plan} />}</div>
    </details>
  );
}

const lower = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
