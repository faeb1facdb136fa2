'use client';

import { Table } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useState } from 'react';
import { errorText, useTRPC } from '@/components/api/client';
import { nextOf, useListed } from '@/components/api/pages';
import { useRoleRefusal } from '@/components/session/role';
import { Section } from '@/components/table/section';
import { ActionButton } from '@/components/ui/action-button';
import { ConfirmDialog } from '@/components/ui/confirm';
import type { Confirmation } from '@/components/ui/confirmation';
import { RelativeTime } from '@/components/ui/relative-time';
import { ShowMore } from '@/components/ui/show-more';
import type { Outputs } from '@/server/api/router';

type Share = Outputs['shares']['list']['items'][number];

/** The public links of every plan. */
export function ShareLinks() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const refusal = useRoleRefusal();
  const links = useInfiniteQuery(trpc.shares.list.infiniteQueryOptions({}, { getNextPageParam: nextOf }));
  const listed = useListed(links, (link) => link.id);
  const revoke = useMutation(trpc.shares.revoke.mutationOptions());
  const [asking, setAsking] = useState<Share | null>(null);
  const confirmation: Confirmation | null = asking && {
    action: `Revoke the link to ${asking.planId}`,
    body: 'Whoever has it sees nothing from the next request on. It cannot be undone; a new link can be made on the plan.',
    friction: 'dialog',
    wayOut: 'keepAsIs',
    destructive: true,
    figures: asking.id,
    onConfirm: async () => {
      try {
        await revoke.mutateAsync({ id: asking.id });
      } catch (error) {
        return errorText(error);
      }
      await queries.invalidateQueries(trpc.shares.pathFilter());
      return null;
    },
  };
  return (
    <>
      <Section
        title="Share links"
        about="Public pages with the progress of one plan. They are made on the plan, under Share."
        state={links}
        empty={listed.items.length === 0 && 'No links yet.'}
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
                <ActionButton
                  size="compact-sm"
                  variant="default"
                  refusal={refusal}
                  aria-label={`Revoke the link to ${link.planId}`}
                  onClick={() => setAsking(link)}
                >
                  Revoke…
                </ActionButton>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Section>
      <ShowMore list={listed} what="links" />
      <ConfirmDialog confirmation={confirmation} onClose={() => setAsking(null)} />
    </>
  );
}
