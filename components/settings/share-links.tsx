'use client';

import { Table } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useState } from 'react';
import { errorText, useTRPC } from '@/components/api/client';
import { useRoleRefusal } from '@/components/shell/role';
import { ActionButton } from '@/components/ui/action-button';
import { type Confirmation, ConfirmDialog } from '@/components/ui/confirm';
import { RelativeTime } from '@/components/ui/relative-time';
import type { Outputs } from '@/server/api/router';
import { Section } from './section';

type Share = Outputs['shares']['list'][number];

/** The public links of every plan. */
export function ShareLinks() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const refusal = useRoleRefusal();
  const links = useQuery(trpc.shares.list.queryOptions({}));
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
        empty={links.data?.length === 0 && 'No links yet.'}
        head={['Plan', 'Created', 'Names', 'Views', 'State', '']}
      >
        {links.data?.map((link) => (
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
      <ConfirmDialog confirmation={confirmation} onClose={() => setAsking(null)} />
    </>
  );
}
