'use client';

import { Badge } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { refusalOf, useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { nextOf, useListed } from '@/components/api/pages';
import { useRoleRefusal } from '@/components/session/role';
import type { Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/data-table';
import { labelText } from '@/components/table/label-text';
import { NameAndMore } from '@/components/table/name-and-more';
import { RowActions } from '@/components/table/row-actions';
import { Section } from '@/components/table/section';
import { ActionButton } from '@/components/ui/action-button';
import { ConfirmDialog, removal } from '@/components/ui/confirm';
import { RelativeTime } from '@/components/ui/relative-time';
import { RowAction } from '@/components/ui/row-action';
import type { FreezeWindow } from '@/domain/freeze';
import type { Outputs } from '@/server/api/router';
import { WEEKDAYS, WEEKS } from './weekdays';

const FreezeDialog = dynamic(() => import('./freeze-dialog').then((module) => module.FreezeDialog));

type Freeze = Outputs['freezes']['list']['items'][number];

/** Times in which tenants are left alone. */
export function Freezes() {
  const t = useTranslations('settings.freezes');
  const words = useTranslations('settings');
  const trpc = useTRPC();
  const refusal = useRoleRefusal();
  const list = useInfiniteQuery(trpc.freezes.list.infiniteQueryOptions({}, { getNextPageParam: nextOf }));
  const listed = useListed(list, (freeze) => freeze.freezeId);
  const remove = useChange(trpc.freezes.remove.mutationOptions(), [trpc.freezes.pathFilter()]);
  const [creating, setCreating] = useState(false);
  const [asking, setAsking] = useState<Freeze | null>(null);
  const confirmation =
    asking &&
    removal(
      words('removeIt', { name: asking.name }),
      t(asking.heldUntil ? 'removeHolding' : 'removeIdle'),
      () => refusalOf(remove.mutateAsync({ freezeId: asking.freezeId })),
    );
  const columns = useMemo((): Column<Freeze>[] => {
    const whom = ({ tenantId, labels }: Freeze) =>
      tenantId ?? (labels && Object.keys(labels).length > 0 ? labelText(labels) : t('all'));
    return [
      {
        id: 'name',
        name: words('name'),
        fixed: true,
        value: ({ name }) => name,
        cell: ({ name, createdBy }) => <NameAndMore name={name} more={words('by', { who: createdBy })} />,
      },
      { id: 'for', name: t('for'), value: whom, cell: whom },
      {
        id: 'when',
        name: t('when'),
        track: 'minmax(0, 1.5fr)',
        cell: ({ window }) => <Window window={window} />,
      },
      {
        id: 'state',
        name: words('state'),
        track: 'minmax(0, 1.2fr)',
        value: ({ heldUntil }) => (heldUntil ? new Date(heldUntil) : null),
        cell: ({ heldUntil }) =>
          heldUntil ? (
            <Badge
              color="var(--sy-amber-text)"
              variant="outline"
              h="auto"
              styles={{ label: { whiteSpace: 'normal' } }}
            >
              {t.rich('holds', { when: () => <RelativeTime at={heldUntil} absolute /> })}
            </Badge>
          ) : (
            t('holdsNot')
          ),
      },
      {
        id: 'actions',
        name: '',
        fixed: true,
        track: 'max-content',
        cell: (freeze) => (
          <RowActions>
            <RowAction
              word={words('remove')}
              of={freeze.name}
              refusal={refusal}
              onClick={() => setAsking(freeze)}
            />
          </RowActions>
        ),
      },
    ];
  }, [t, words, refusal]);
  return (
    <>
      <Section
        title={t('title')}
        about={t('about')}
        action={
          <ActionButton variant="default" size="xs" refusal={refusal} onClick={() => setCreating(true)}>
            {t('create')}
          </ActionButton>
        }
        error={list.error}
      >
        <DataTable
          name="freezes"
          label={t('title')}
          columns={columns}
          rows={listed.items}
          keyOf={({ freezeId }) => freezeId}
          pending={list.isPending}
          empty={t('none')}
          more={{ list: listed, what: t('what') }}
        />
      </Section>
      {creating && <FreezeDialog onClose={() => setCreating(false)} />}
      <ConfirmDialog confirmation={confirmation} onClose={() => setAsking(null)} />
    </>
  );
}

function Window({ window }: { window: FreezeWindow }) {
  const t = useTranslations('settings.freezes');
  if (window.kind === 'once')
    return t.rich('range', {
      from: () => <RelativeTime at={window.from} absolute />,
      to: () => <RelativeTime at={window.to} absolute />,
    });
  const days = WEEKDAYS.filter((day) => window.days.includes(Number(day))).map((day) => t(`days.${day}`));
  const weeks =
    window.kind === 'monthly' &&
    WEEKS.filter((week) => window.weeks.includes(Number(week))).map((week) => t(`weeks.${week}`));
  const hours = `${window.from}–${window.to} (${window.timeZone})`;
  const told = weeks
    ? t('monthly', { weeks: weeks.join(', '), days: days.join(', '), hours })
    : `${days.join(', ')}, ${hours}`;
  return window.outside ? t('outside', { hours: told }) : told;
}
