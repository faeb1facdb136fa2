'use client';

import {
  Button,
  CopyButton,
  Group,
  Modal,
  NumberInput,
  Stack,
  Switch,
  Table,
  Text,
  TextInput,
} from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { errorText, useTRPC } from '@/components/api/client';
import { nextOf, useListed } from '@/components/api/pages';
import { RelativeTime } from '@/components/ui/relative-time';
import { ShowMore } from '@/components/ui/show-more';

/** Makes, lists and ends the public links of one plan. */
export function ShareDialog(props: { planId: string; opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title="Share this plan" size="lg">
      {props.opened && <Links planId={props.planId} />}
    </Modal>
  );
}

function Links({ planId }: { planId: string }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [showNames, setShowNames] = useState(false);
  const [days, setDays] = useState(7);
  const links = useInfiniteQuery(
    trpc.shares.list.infiniteQueryOptions({ planId }, { getNextPageParam: nextOf }),
  );
  const listed = useListed(links, (link) => link.id);
  const changed = () => queries.invalidateQueries(trpc.shares.list.pathFilter());
  const create = useMutation(trpc.shares.create.mutationOptions({ onSuccess: changed }));
  const revoke = useMutation(trpc.shares.revoke.mutationOptions({ onSuccess: changed }));
  const url = create.data ? `${location.origin}${create.data.path}` : null;
  const failed = create.error ?? revoke.error ?? links.error;
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        Whoever has the link sees progress and counts, without signing in. Never configurations, addresses,
        errors or people.
      </Text>
      <Group align="end" gap="lg">
        <NumberInput
          label="Valid for days"
          min={1}
          max={90}
          w={120}
          value={days}
          onChange={(value) => setDays(Math.min(90, Math.max(1, Number(value) || 1)))}
        />
        <Switch
          label="Show tenant names"
          checked={showNames}
          onChange={(event) => setShowNames(event.currentTarget.checked)}
          mb={8}
        />
        <Button loading={create.isPending} onClick={() => create.mutate({ planId, showNames, days })}>
          Create link
        </Button>
      </Group>
      {url && (
        <Group align="end" gap="sm" wrap="nowrap">
          <TextInput
            label="Link"
            description="Copy it now: it is shown this once."
            value={url}
            readOnly
            flex={1}
            onFocus={(event) => event.currentTarget.select()}
          />
          <CopyButton value={url}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy}>
                {copied ? 'Copied' : 'Copy'}
              </Button>
            )}
          </CopyButton>
        </Group>
      )}
      {failed && (
        <Text role="alert" c="var(--sy-vermilion-text)">
          {errorText(failed)}
        </Text>
      )}
      {listed.items.length > 0 && (
        <Table.ScrollContainer minWidth={460}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Created</Table.Th>
                <Table.Th>Names</Table.Th>
                <Table.Th>Views</Table.Th>
                <Table.Th>Until</Table.Th>
                <Table.Th aria-label="Actions" />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {listed.items.map((link) => (
                <Table.Tr key={link.id}>
                  <Table.Td>
                    <RelativeTime at={link.createdAt} /> · {link.createdBy}
                  </Table.Td>
                  <Table.Td>{link.showNames ? 'shown' : 'hidden'}</Table.Td>
                  <Table.Td>{link.viewCount}</Table.Td>
                  <Table.Td>
                    {link.revokedAt ? 'revoked' : <RelativeTime at={link.expiresAt} absolute />}
                  </Table.Td>
                  <Table.Td>
                    {!link.revokedAt && (
                      <Button
                        size="compact-sm"
                        variant="default"
                        loading={revoke.isPending && revoke.variables?.id === link.id}
                        onClick={() => revoke.mutate({ id: link.id })}
                      >
                        Revoke
                      </Button>
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <ShowMore list={listed} what="links" />
    </Stack>
  );
}
