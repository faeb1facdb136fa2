'use client';

import { useTranslations } from 'use-intl';
import { Said } from '@/components/i18n/said';
import classes from './builder.module.css';
import { isWhole, type Place } from './outline-edit';
import { type PlaybookProblem, placeOf } from './problem-path';

/** Everything that is wrong, each with the way to where it is. */
export function ProblemList(props: {
  problems: readonly PlaybookProblem[];
  onChoose: (place: Place) => void;
}) {
  const t = useTranslations('playbooks.problem');
  if (props.problems.length === 0) return null;
  const wordsFor = (at: ReturnType<typeof placeOf>): string => {
    if (at === null) return t('all');
    const { stage, step, rest } = at;
    if (isWhole(at)) return t('whole', { rest });
    if (step === null) return t('stage', { stage: stage + 1, rest });
    return t('step', { stage: stage + 1, step: step + 1, rest });
  };
  return (
    <ul className={classes.problems} aria-label={t('label')}>
      {props.problems.map(({ field, message }) => {
        const at = placeOf(field);
        const where = wordsFor(at);
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
