'use client';

import { useLocale, useTranslations } from 'use-intl';
import { Said } from '@/components/i18n/said';
import { formatDuration } from '@/components/ui/duration';
import { RelativeTime } from '@/components/ui/relative-time';
import classes from './attempts.module.css';
import { isMeasured, MetricChart } from './metric-chart';
import type { Round } from './step-runs';

/** The rounds of a health check, each with how many instances confirmed; the last one is open. */
export function HealthRounds({ rounds }: { rounds: readonly Round[] }) {
  const t = useTranslations('task.attempts');
  const locale = useLocale();
  const measured = isMeasured(rounds);
  const first = Date.parse(rounds[0]?.at ?? '');
  return (
    <div>
      {measured && <MetricChart rounds={rounds} />}
      {rounds.map(({ round, rounds: of, at, instances }, index) => {
        const good = instances.filter(({ ok }) => ok).length;
        return (
          <details
            key={round}
            className={classes.call}
            data-round
            data-failed={good < instances.length || undefined}
            open={index === rounds.length - 1}
          >
            <summary>
              <span className={classes.who}>{t(measured ? 'measurement' : 'round', { round, of })}</span>
              <span className={classes.status}>
                {measured
                  ? (shortNumber(instances[0]?.version ?? null) ?? t('noNumber'))
                  : t('good', { count: good, of: instances.length })}
              </span>
              <span className={classes.numbers}>
                {index === 0 ? (
                  <RelativeTime at={at} />
                ) : (
                  t('after', { time: formatDuration(Date.parse(at) - first, locale) })
                )}
              </span>
            </summary>
            <ul className={classes.instances}>
              {instances.map(({ instance, ok, detail }) => (
                <li key={instance} data-failed={!ok || undefined}>
                  <b>{instance}</b> <Said text={detail} />
                </li>
              ))}
            </ul>
          </details>
        );
      })}
    </div>
  );
}

/** As many digits as tell one measurement from the next. */
function shortNumber(text: string | null): string | null {
  const number = Number(text ?? Number.NaN);
  return Number.isFinite(number) ? String(Number(number.toPrecision(4))) : null;
}
