'use client';

import { Table } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { errorText, useTRPC } from '@/components/api/client';
import { useRoleRefusal } from '@/components/session/role';
import { Section } from '@/components/table/section';
import { ActionButton } from '@/components/ui/action-button';
import { ConfirmDialog } from '@/components/ui/confirm';
import type { Confirmation } from '@/components/ui/confirmation';
import { RelativeTime } from '@/components/ui/relative-time';
import type { Outputs } from '@/server/api/router';

const SecretDialog = dynamic(() => import('./secret-dialog').then((module) => module.SecretDialog));

/** The names of a tenant's secrets; their values are never shown. */
export function Secrets({ tenant }: { tenant: Pick<Outputs['tenants']['get'], 'tenantId' | 'secrets'> }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const refusal = useRoleRefusal();
  const remove = useMutation(trpc.tenants.removeSecret.mutationOptions());
  const [setting, setSetting] = useState<{ name: string } | null>(null);
  const [asking, setAsking] = useState<string | null>(null);
  const { tenantId, secrets } = tenant;
  const changed = () => queries.invalidateQueries(trpc.tenants.get.pathFilter());
  const confirmation: Confirmation | null =
    asking === null
      ? null
      : {
          action: `Remove ${asking}`,
          body: `Steps that name {{secret.${asking}}} fail for ${tenantId} from now on. It cannot be undone: nobody can read the value any more.`,
          friction: 'dialog',
          wayOut: 'keepAsIs',
          destructive: true,
          figures: asking,
          onConfirm: async () => {
            try {
              await remove.mutateAsync({ tenantId, name: asking });
            } catch (error) {
              return errorText(error);
            }
            await changed();
            return null;
          },
        };
  return (
    <>
      <Section
        title="Secrets"
        about="Sealed values that steps fill in as {{secret.NAME}}. They can be replaced, never read."
        action={
          <ActionButton
            variant="default"
            size="xs"
            refusal={refusal}
            onClick={() => setSetting({ name: '' })}
          >
            Set a secret…
          </ActionButton>
        }
        state={{ isPending: false, error: null }}
        empty={secrets.length === 0 && 'None.'}
        head={['Name', 'Version', 'Set', '']}
      >
        {secrets.map((secret) => (
          <Table.Tr key={secret.name}>
            <Table.Td fw={600} ff="monospace">
              {secret.name}
            </Table.Td>
            <Table.Td>{secret.version}</Table.Td>
            <Table.Td>
              <RelativeTime at={secret.setAt} />
            </Table.Td>
            <Table.Td ta="right" style={{ whiteSpace: 'nowrap' }}>
              <ActionButton
                size="compact-sm"
                variant="default"
                refusal={refusal}
                mr={6}
                aria-label={`Replace ${secret.name}`}
                onClick={() => setSetting({ name: secret.name })}
              >
                Replace…
              </ActionButton>
              <ActionButton
                size="compact-sm"
                variant="default"
                refusal={refusal}
                aria-label={`Remove ${secret.name}`}
                onClick={() => setAsking(secret.name)}
              >
                Remove…
              </ActionButton>
            </Table.Td>
          </Table.Tr>
        ))}
      </Section>
      {setting && (
        <SecretDialog
          tenantId={tenantId}
          name={setting.name}
          onSaved={() => void changed()}
          onClose={() => setSetting(null)}
        />
      )}
      <ConfirmDialog confirmation={confirmation} onClose={() => setAsking(null)} />
    </>
  );
}
