'use client';

import { Table } from '@mantine/core';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { refusalOf, useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { useRoleRefusal } from '@/components/session/role';
import { Section } from '@/components/table/section';
import { ActionButton } from '@/components/ui/action-button';
import { ConfirmDialog, removal } from '@/components/ui/confirm';
import { RelativeTime } from '@/components/ui/relative-time';
import { RowAction } from '@/components/ui/row-action';
import type { Outputs } from '@/server/api/router';

const SecretDialog = dynamic(() => import('./secret-dialog').then((module) => module.SecretDialog));

/** The names of a tenant's secrets; their values are never shown. */
export function Secrets({ tenant }: { tenant: Pick<Outputs['tenants']['get'], 'tenantId' | 'secrets'> }) {
  const trpc = useTRPC();
  const refusal = useRoleRefusal();
  const remove = useChange(trpc.tenants.removeSecret.mutationOptions(), [trpc.tenants.get.pathFilter()]);
  const [setting, setSetting] = useState<{ name: string } | null>(null);
  const [asking, setAsking] = useState<string | null>(null);
  const { tenantId, secrets } = tenant;
  const confirmation =
    asking === null
      ? null
      : removal(
          `Remove ${asking}`,
          `Steps that name {{secret.${asking}}} fail for ${tenantId} from now on. It cannot be undone: nobody can read the value any more.`,
          () => refusalOf(remove.mutateAsync({ tenantId, name: asking })),
        );
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
              <RowAction
                word="Replace…"
                of={secret.name}
                refusal={refusal}
                mr={6}
                onClick={() => setSetting({ name: secret.name })}
              />
              <RowAction
                word="Remove…"
                of={secret.name}
                refusal={refusal}
                onClick={() => setAsking(secret.name)}
              />
            </Table.Td>
          </Table.Tr>
        ))}
      </Section>
      {setting && <SecretDialog tenantId={tenantId} name={setting.name} onClose={() => setSetting(null)} />}
      <ConfirmDialog confirmation={confirmation} onClose={() => setAsking(null)} />
    </>
  );
}
