'use client';

import { Table } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { Said } from '@/components/i18n/said';
import { Grid } from '@/components/ui/grid';
import { RelativeTime } from '@/components/ui/relative-time';
import type { LiveEvent } from '@/domain/view/plan-view';
import classes from './event-list.module.css';

/** Stored events with their numbers, each with an address of its own. */
export function EventList({ events, tenant }: { events: readonly LiveEvent[]; tenant: boolean }) {
  const t = useTranslations('planPage.events');
  return (
    <Grid
      minWidth={560}
      dense
      head={[t('seq'), t('when'), ...(tenant ? [t('tenant')] : []), t('event'), t('happened'), t('by')]}
    >
      {events.map((event) => (
        <Table.Tr key={event.planSeq} id={`seq-${event.planSeq}`}>
          <Table.Td>
            <a className={classes.number} href={`#seq-${event.planSeq}`}>
              {event.planSeq}
            </a>
          </Table.Td>
          <Table.Td>
            <RelativeTime at={event.at} />
          </Table.Td>
          {tenant && <Table.Td>{event.tenantId ?? t('ofPlan')}</Table.Td>}
          <Table.Td>{event.kind}</Table.Td>
          <Table.Td>
            <Said text={event.message} />
          </Table.Td>
          <Table.Td>{event.actor}</Table.Td>
        </Table.Tr>
      ))}
    </Grid>
  );
}
