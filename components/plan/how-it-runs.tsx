'use client';

import dynamic from 'next/dynamic';
import { useState } from 'react';
import { POLICY_KEYS, POLICY_NAMES, policyText, thresholdTexts } from '@/components/live/policy-words';
import { nothing } from '@/components/ui/nothing';
import { DEFAULT_POLICIES } from '@/domain/policies/choice';
import type { PlanView } from '@/domain/view/plan-view';
import classes from './how-it-runs.module.css';

const Rules = dynamic(() => import('./rules').then((module) => module.Rules), { loading: nothing });

/** By what rules the plan goes on, waits and stops: one line, and everything behind it. */
export function HowItRuns({ plan }: { plan: PlanView }) {
  const [open, setOpen] = useState(false);
  const thresholds = thresholdTexts(plan.thresholds);
  const own = POLICY_KEYS.filter((key) => plan.policies[key].kind !== DEFAULT_POLICIES[key].kind);
  const line = [
    `${plan.maxConcurrency} at once`,
    // Several are told by their strip.
    ...(plan.lastWave === 0 ? ['one wave'] : []),
    thresholds.length === 0 ? 'no threshold' : `halts at ${thresholds.join(' or ')}`,
    ...own.map((key) => `${POLICY_NAMES[key].toLowerCase()}: ${lower(policyText(key, plan.policies[key]))}`),
  ];
  return (
    <details className={classes.panel} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className={classes.summary}>
        <b>How it runs</b> <span>{line.join(' · ')}</span>
      </summary>
      <div className={classes.inside}>{open && <Rules plan={plan} />}</div>
    </details>
  );
}

const lower = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
