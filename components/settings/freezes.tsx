'use client';

import { Badge, Table } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { refusalOf, useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { nextOf, useListed } from '@/components/api/pages';
import { useRoleRefusal } from '@/components/session/role';
import { labelText } from '@/components/table/label-text';
import { Section } from '@/components/table/section';
import { ActionButton } from '@/components/ui/action-button';
import { ConfirmDialog, removal } from '@/components/ui/confirm';
import { NameCell } from '@/components/ui/name-cell';
import { RelativeTime } from '@/components/ui/relative-time';
import { RowAction } from '@/components/ui/row-action';
import type { FreezeWindow } from '@/domain/freeze';
import type { Outputs } from '@/server/api/router';
import { WEEKDAYS } from './weekdays';

const FreezeDialog = dynamic(() => import('./freeze-dialog').then((module) => module.FreezeDialog));

type Freeze = Outputs['freezes']['list']['items'][number];

/** Times in which tenants are left alone. */
export function Freezes() {
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
      `Remove ${asking.name}`,
      asking.heldUntil
        ? 'It holds now: tenants that wait because of it may start at once.'
        : 'It does not hold now, and will not again.',
      () => refusalOf(remove.mutateAsync({ freezeId: asking.freezeId })),
    );
  return (
    <>
      <Section
        title="Freezes"
        about="While one holds, its tenants are not switched, retried or resumed. What runs goes on, and rollbacks still start."
        action={
          <ActionButton variant="default" size="xs" refusal={refusal} onClick={() => setCreating(true)}>
            Create freeze…
          </ActionButton>
        }
        state={list}
        empty={listed.items.length === 0 && 'No freezes: tenants may be switched at any time.'}
        more={{ list: listed, what: 'freezes' }}
        head={['Name', 'For', 'When', 'State', '']}
      >
        {listed.items.map((freeze) => (
          <Table.Tr key={freeze.freezeId}>
            <NameCell name={freeze.name} below={`by ${freeze.createdBy}`} />
            <Table.Td>
              {freeze.tenantId ??
                (freeze.labels && Object.keys(freeze.labels).length > 0
                  ? labelText(freeze.labels)
                  : 'All tenants')}
            </Table.Td>
            <Table.Td>
              <Window window={freeze.window} />
            </Table.Td>
            <Table.Td>
              {freeze.heldUntil ? (
                <Badge color="var(--sy-amber-text)" variant="outline" miw="fit-content">
                  Holds now, until <RelativeTime at={freeze.heldUntil} absolute />
                </Badge>
              ) : (
                'Does not hold now'
              )}
            </Table.Td>
            <Table.Td ta="right">
              <RowAction
                word="Remove…"
                of={freeze.name}
                refusal={refusal}
                onClick={() => setAsking(freeze)}
              />
            </Table.Td>
          </Table.Tr>
        ))}
      </Section>
      {creating && <FreezeDialog onClose={() => setCreating(false)} />}
      <ConfirmDialog confirmation={confirmation} onClose={() => setAsking(null)} />
    </>
  );
}

function Window({ window }: { window: FreezeWindow }) {
  if (window.kind === 'once')
    return (
      <>
        <RelativeTime at={window.from} absolute /> to <RelativeTime at={window.to} absolute />
      </>
    );
  const days = window.days.map((day) => WEEKDAYS[day - 1]?.slice(0, 3)).join(', ');
  return (
    <>
      {days}, {window.from}–{window.to} ({window.timeZone})
    </>
  );
}
