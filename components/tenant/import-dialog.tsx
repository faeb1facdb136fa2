'use client';

import { Button, Code, FileButton, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Upload } from 'lucide-react';
import { useState } from 'react';
import { errorText, useTRPC } from '@/components/api/client';
import { Problem } from '@/components/new-plan/problem';
import { fieldOf } from '@/components/new-plan/server-error';
import { tenants } from '@/components/plans/plan-row';
import type { Inputs } from '@/server/api/router';

const CSV_EXAMPLE = `tenantId,name,endpointKey,endpointUrl,labels,unit,version
acme-eu,Acme Europe,acme-eu-1,http://10.0.0.5:8080,region=eu;tier=gold,gateway,v1
acme-eu,,acme-eu-2,http://10.0.0.6:8080,,,`;

/** Takes many tenants at once, from a file or pasted: all of them, or with a bad line none. */
export function ImportDialog(props: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title="Import tenants" size="lg">
      <ImportForm onClose={props.onClose} />
    </Modal>
  );
}

function ImportForm({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [text, setText] = useState('');
  const [unreadable, setUnreadable] = useState<string | null>(null);
  const send = useMutation(
    trpc.tenants.import.mutationOptions({
      onSuccess: ({ imported }) => {
        notifications.show({ message: `${tenants(imported)} imported.` });
        void queries.invalidateQueries(trpc.tenants.pathFilter());
        onClose();
      },
    }),
  );
  const submit = () => {
    setUnreadable(null);
    const input = readInput(text);
    if (typeof input === 'string') setUnreadable(input);
    else send.mutate(input);
  };
  const field = fieldOf(send.error);
  return (
    <Stack>
      <Text c="dimmed">
        CSV with a header line, one line for each instance, or JSON: a list of tenants with{' '}
        <Code>tenantId</Code>, <Code>labels</Code> and <Code>endpoints</Code>. Tenants that exist are updated.
      </Text>
      <Textarea
        label="CSV or JSON"
        placeholder={CSV_EXAMPLE}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        autosize
        minRows={8}
        maxRows={16}
        spellCheck={false}
        error={unreadable}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        data-autofocus
      />
      {send.error && (
        <Problem title="Nothing was imported">
          {field && !send.error.message.includes(field) && `${field}: `}
          {errorText(send.error)}
        </Problem>
      )}
      <Group justify="space-between">
        <Group gap="sm">
          <FileButton
            accept=".csv,.json,text/csv,application/json"
            onChange={async (file) => file && setText(await file.text())}
          >
            {(button) => (
              <Button {...button} variant="default" leftSection={<Upload size={15} aria-hidden="true" />}>
                Choose file
              </Button>
            )}
          </FileButton>
          {text === '' && (
            <Button variant="subtle" onClick={() => setText(CSV_EXAMPLE)}>
              Fill in an example
            </Button>
          )}
        </Group>
        <Button onClick={submit} loading={send.isPending} disabled={text.trim() === ''}>
          Import
        </Button>
      </Group>
    </Stack>
  );
}

/** The input for the server, or what is wrong with the text. Everything in it is checked there. */
function readInput(text: string): Inputs['tenants']['import'] | string {
  if (!/^\s*[[{]/.test(text)) return { csv: text };
  try {
    const read: unknown = JSON.parse(text);
    const list = Array.isArray(read) ? read : (read as { tenants?: unknown }).tenants;
    if (!Array.isArray(list)) return 'The JSON must be a list of tenants.';
    return { tenants: list as NonNullable<Inputs['tenants']['import']['tenants']> };
  } catch (error) {
    return `This is not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}
