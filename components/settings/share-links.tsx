'use client';

import { Table } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useState } from 'react';
import { refusalOf, useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { nextOf, useListed } from '@/components/api/pages';
import { useRoleRefusal } from '@/components/session/role';
import { Section } from '@/components/table/section';
import { ConfirmDialog, removal } from '@/components/ui/confirm';
import { RelativeTime } from '@/components/ui/relative-time';
import { RowAction } from '@/components/ui/row-action';
import type { Outputs } from '@/server/api/router';

type Share = Outputs['shares']['list']['items'][number];

/** The public links of every plan. */
export function ShareLinks() {
  const trpc = useTRPC();
  const refusal = useRoleRefusal();
  const links = useInfiniteQuery(trpc.shares.list.infiniteQueryOptions({}, { getNextPageParam: nextOf }));
  const listed = useListed(links, (link) => link.id);
  const revoke = useChange(trpc.shares.revoke.mutationOptions(), [trpc.shares.pathFilter()]);
  const [asking, setAsking] = useState<Share | null>(null);
  const confirmation =
    asking &&
    removal(
      `Revoke the link to ${asking.planId}`,
      'Whoever has it sees nothing from the next request on. It cannot be undone; a new link can be made on the plan.',
      () => refusalOf(revoke.mutateAsync({ id: asking.id })),
    );
  return (
    <>
      <Section
        title="Share links"
        about="Public pages with the progress of one plan. They are made on the plan, under Share."
        state={links}
        empty={listed.items.length === 0 && 'No links yet.'}
        more={{ list: listed, what: 'links' }}
        head={['Plan', 'Created', 'Names', 'Views', 'State', '']}
      >
        {listed.items.map((link) => (
          <Table.Tr key={link.id}>
            <Table.Td fw={600}>
              <Link href={`/plans/${link.planId}`}>{link.planId}</Link>
            </Table.Td>
            <Table.Td>
              <RelativeTime at={link.createdAt} /> by {link.createdBy}
            </Table.Td>
            <Table.Td>{link.showNames ? 'shown' : 'hidden'}</Table.Td>
            <Table.Td>{link.viewCount}</Table.Td>
            <Table.Td>
              {link.revokedAt ? (
                'Revoked'
              ) : link.expiresAt < new Date() ? (
                'Expired'
              ) : (
                <>
                  Ends <RelativeTime at={link.expiresAt} />
                </>
              )}
            </Table.Td>
            <Table.Td ta="right">
              {!link.revokedAt && link.expiresAt > new Date() && (
                <RowAction
                  word="Revoke…"
                  of={`the link to ${link.planId}`}
                  refusal={refusal}
                  onClick={() => setAsking(link)}
                />
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Section>
      <ConfirmDialog confirmation={confirmation} onClose={() => setAsking(null)} />
    </>
  );
}
