'use client';

import { useTranslations } from 'use-intl';
import { Said } from '@/components/i18n/said';
import classes from './builder.module.css';
import type { Place } from './outline-edit';
import { type PlaybookProblem, placeOf } from './problem-path';

/** Everything that is wrong, each with the way to where it is. */
export function ProblemList(props: {
  problems: readonly PlaybookProblem[];
  onChoose: (place: Place) => void;
}) {
  const t = useTranslations('playbooks.problem');
  if (props.problems.length === 0) return null;
  return (
    <ul className={classes.problems} aria-label={t('label')}>
      {props.problems.map(({ field, message }) => {
        const at = placeOf(field);
        const where =
          at === null
            ? t('whole')
            : at.step === null
              ? t('stage', { stage: at.stage + 1, rest: at.rest })
              : t('step', { stage: at.stage + 1, step: at.step + 1, rest: at.rest });
        return (
          <li key={`${field} ${message}`}>
            <button
              type="button"
              className={classes.problem}
              onClick={() => at && props.onChoose({ stage: at.stage, step: at.step })}
            >
              <b>{where}</b> <Said text={message} />
            </button>
          </li>
        );
      })}
    </ul>
  );
}
