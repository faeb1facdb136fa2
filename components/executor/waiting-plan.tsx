'use client';

import { Button } from '@mantine/core';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import rows from '@/components/table/row-list.module.css';
import { RelativeTime } from '@/components/ui/relative-time';
import classes from './executor.module.css';

/** A plan for which somebody has to decide: it is looked at before, so the way leads there. */
export function WaitingPlan(props: {
  plan: { planId: string; name: string; madeBy: string };
  /** What is to be decided, and since when. */
  what: string;
  since: string | Date;
  children: ReactNode;
}) {
  const { planId, name, madeBy } = props.plan;
  const t = useTranslations('executor.decisions');
  return (
    <li className={classes.row}>
      <div className={classes.who}>
        <Link href={`/plans/${planId}`} className={classes.name}>
          {planId}
        </Link>
        <div className={rows.small}>{name}</div>
      </div>
      <span className={rows.small}>{t('madeBy', { who: madeBy })}</span>
      <div className={classes.what}>
        <b>{props.what}</b>{' '}
        <span className={rows.small}>
          <RelativeTime at={props.since} />
        </span>
        {props.children}
      </div>
      <Button component={Link} href={`/plans/${planId}`} size="compact-sm" variant="default">
        {t('look')}
      </Button>
    </li>
  );
}
