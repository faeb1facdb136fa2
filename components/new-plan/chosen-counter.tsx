'use client';

import { Button } from '@mantine/core';
import { useTranslations } from 'use-intl';
import type { Draft } from './draft';
import classes from './new-plan.module.css';
import { useChosen } from './use-chosen';

/** "4,980 selected, 20 excluded: busy in PLN-301", and the way to have them all the same. */
export function ChosenCounter(props: { draft: Draft; change: (part: Partial<Draft>) => void }) {
  const { draft, change } = props;
  const t = useTranslations('newPlan.counter');
  const { data } = useChosen(draft.choice);
  const { chosen = 0, busy = 0, busyIn = [], unknown = [] } = data ?? {};
  const left = draft.leaveOutBusy ? busy : 0;
  const plans = busyIn.map(({ planId }) => planId).join(', ');
  return (
    <div className={classes.counting}>
      <output className={classes.counter}>
        {t('selected', { count: chosen + unknown.length - left })}
        {busy > 0 && t(draft.leaveOutBusy ? 'excluded' : 'willWait', { count: busy, plans })}
      </output>
      {busy > 0 && (
        <Button
          size="compact-sm"
          variant="subtle"
          onClick={() => change({ leaveOutBusy: !draft.leaveOutBusy })}
        >
          {t(draft.leaveOutBusy ? 'include' : 'leaveOut')}
        </Button>
      )}
    </div>
  );
}
