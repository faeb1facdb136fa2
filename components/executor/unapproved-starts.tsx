'use client';

import { Button } from '@mantine/core';
import Link from 'next/link';
import { useTranslations } from 'use-intl';
import { useStartWords } from '@/components/actions/use-approval-words';
import rows from '@/components/table/row-list.module.css';
import { RelativeTime } from '@/components/ui/relative-time';
import type { Outputs } from '@/server/api/router';
import classes from './executor.module.css';

type Start = Outputs['executor']['unapprovedStarts'][number];

/** Plans whose start waits for people; each is looked at before it is approved, so the way leads there. */
export function UnapprovedStarts({ starts }: { starts: readonly Start[] }) {
  const t = useTranslations('executor.decisions');
  const words = useStartWords();
  return (
    <ul className={rows.list} aria-label={t('starts')}>
      {starts.map(({ planId, name, madeBy, createdAt, startApproval }) => (
        <li key={planId} className={classes.row}>
          <div className={classes.who}>
            <Link href={`/plans/${planId}`} className={classes.name}>
              {planId}
            </Link>
            <div className={rows.small}>{name}</div>
          </div>
          <span className={rows.small}>{t('madeBy', { who: madeBy })}</span>
          <div className={classes.what}>
            <b>{t('start')}</b>{' '}
            <span className={rows.small}>
              <RelativeTime at={createdAt} />
            </span>
            <div>{words(startApproval)}</div>
          </div>
          <Button component={Link} href={`/plans/${planId}`} size="compact-sm" variant="default">
            {t('look')}
          </Button>
        </li>
      ))}
    </ul>
  );
}
