'use client';

import { useTranslations } from 'use-intl';
import type { PlaybookDefinition } from '@/domain/playbook';
import classes from './new-plan.module.css';

/** The stages of the playbook that is chosen, from left to right, with the names of their steps. */
export function PlaybookStagesShown({ definition }: { definition: PlaybookDefinition }) {
  const t = useTranslations('newPlan.how');
  return (
    <ol className={classes.stages} aria-label={t('stages')}>
      {definition.stages.map(({ name, steps, when }) => (
        <li key={name} className={classes.stage}>
          <b>{name}</b>
          {when && <span className={classes.when}>{t('onlyWhere', { label: when.label })}</span>}
          <span className={classes.small}>{steps.map((step) => step.name).join(' · ')}</span>
        </li>
      ))}
    </ol>
  );
}
