'use client';

import { Button } from '@mantine/core';
import Link from 'next/link';
import { useTranslations } from 'use-intl';
import { useApprovalWords } from '@/components/actions/use-approval-words';
import rows from '@/components/table/row-list.module.css';
import { RelativeTime } from '@/components/ui/relative-time';
import type { Outputs } from '@/server/api/router';
import classes from './executor.module.css';

type Asked = Outputs['executor']['askedOverrides'][number];

/** Plans for which somebody asks that freezes do not hold them; each is looked at before it is approved. */
export function AskedOverrides({ overrides }: { overrides: readonly Asked[] }) {
  const t = useTranslations('executor.decisions');
  const words = useApprovalWords();
  return (
    <ul className={rows.list} aria-label={t('overrides')}>
      {overrides.map(({ planId, name, madeBy, override }) => (
        <li key={planId} className={classes.row}>
          <div className={classes.who}>
            <Link href={`/plans/${planId}`} className={classes.name}>
              {planId}
            </Link>
            <div className={rows.small}>{name}</div>
          </div>
          <span className={rows.small}>{t('madeBy', { who: madeBy })}</span>
          <div className={classes.what}>
            <b>{t('override')}</b>{' '}
            <span className={rows.small}>
              <RelativeTime at={override.at} />
            </span>
            <div>
              {t.rich('overrideAsked', {
                who: override.by,
                reason: override.reason,
                when: () => <RelativeTime at={override.until} absolute />,
              })}
            </div>
            <div>{words(override)}</div>
          </div>
          <Button component={Link} href={`/plans/${planId}`} size="compact-sm" variant="default">
            {t('look')}
          </Button>
        </li>
      ))}
    </ul>
  );
}
