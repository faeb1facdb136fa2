'use client';

import { useTranslations } from 'use-intl';
import { useSay } from '@/components/i18n/said';
import type { PlaybookDefinition } from '@/domain/playbook';
import { whenWords } from '@/domain/stage-when';
import classes from './new-plan.module.css';

/** The stages of the playbook that is chosen, from left to right, with the names of their steps. */
export function PlaybookStagesShown({ definition }: { definition: PlaybookDefinition }) {
  const t = useTranslations('newPlan.how');
  const say = useSay();
  return (
    <ol className={classes.stages} aria-label={t('stages')}>
      {definition.stages.map(({ name, steps, when }) => (
        <li key={name} className={classes.stage}>
          <b>{name}</b>
          {when && <span className={classes.when}>{t('onlyWhere', { which: say(whenWords(when)) })}</span>}
          <span className={classes.small}>{steps.map((step) => step.name).join(' · ')}</span>
        </li>
      ))}
    </ol>
  );
}
