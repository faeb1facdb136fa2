'use client';

import { Button, Checkbox, Code, FileButton, Group, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Upload } from 'lucide-react';
import { useState } from 'react';
import { offerTakeBack, useTakeBack } from '@/components/actions/use-take-back';
import { errorText, useTRPC } from '@/components/api/client';
import { ActionButton } from '@/components/ui/action-button';
import { Dialog } from '@/components/ui/dialog';
import { Problem } from '@/components/ui/problem';
import { tenants } from '@/components/ui/tenant-count';
import { fileText } from '@/domain/file-text';
import type { Inputs, Outputs } from '@/server/api/router';
import { ImportPreview } from './import-preview';

const CSV_EXAMPLE = `tenantId,name,endpointKey,endpointUrl,labels,unit,version
acme-eu,Acme Europe,acme-eu-1,http://10.0.0.5:8080,region=eu;tier=gold,gateway,v1
acme-eu,,acme-eu-2,http://10.0.0.6:8080,,,`;

/** Takes many tenants at once, from a file or pasted, after a look at what that does: all of them, or with a bad line none. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog onClose={onClose} title="Import tenants" size="lg">
      <ImportForm onClose={onClose} />
    </Dialog>
  );
}

function ImportForm({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const takeBack = useTakeBack();
  const [text, setText] = useState('');
  const [replace, setReplace] = useState(false);
  const [unreadable, setUnreadable] = useState<string | null>(null);
  const preview = useMutation(trpc.tenants.import.mutationOptions());
  const send = useMutation(
    trpc.tenants.import.mutationOptions({
      onSuccess: (answer) => {
        offerTakeBack(answer, takeBack);
        void queries.invalidateQueries(trpc.tenants.pathFilter());
        onClose();
      },
      // What was looked at may be no longer so: it is to be looked at again.
      onError: () => preview.reset(),
    }),
  );
  // What was looked at is not what would be imported any more.
  const changed = () => {
    setUnreadable(null);
    preview.reset();
    send.reset();
  };
  const submit = (dryRun: boolean) => {
    const input = readInput(text);
    send.reset();
    if (typeof input === 'string') setUnreadable(input);
    else if (dryRun) preview.mutate({ ...input, replace, dryRun });
    else send.mutate({ ...input, replace, ...(preview.data ? { expected: seenIn(preview.data) } : {}) });
  };
  const choose = async (file: File | null) => {
    if (!file) return;
    changed();
    const read = fileText(new Uint8Array(await file.arrayBuffer()));
    if (read.ok) setText(read.text);
    else setUnreadable(read.problem);
  };
  const error = send.error ?? preview.error;
  const seen = preview.data;
  return (
    <Stack>
      <Text c="dimmed">
        CSV with a header line, one line for each instance, or JSON: a list of tenants with{' '}
        <Code>tenantId</Code>, <Code>labels</Code> and <Code>endpoints</Code>. Tenants that exist are changed;
        what the file does not mention is kept.
      </Text>
      <Textarea
        label="CSV or JSON"
        placeholder={CSV_EXAMPLE}
        value={text}
        onChange={(event) => {
          changed();
          setText(event.currentTarget.value);
        }}
        autosize
        minRows={8}
        maxRows={seen ? 8 : 16}
        spellCheck={false}
        error={unreadable}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        data-autofocus
      />
      <Checkbox
        label="Remove what the file does not mention"
        description="Of the tenants in it: labels, instances, variables and settings of their own. What they run stays on record."
        checked={replace}
        onChange={(event) => {
          changed();
          setReplace(event.currentTarget.checked);
        }}
      />
      {seen && <ImportPreview preview={seen} />}
      {error && (
        <Problem title="Nothing was imported">
          <Text size="sm" style={{ whiteSpace: 'pre-line', maxHeight: 240, overflowY: 'auto' }}>
            {errorText(error)}
          </Text>
        </Problem>
      )}
      <Group justify="space-between">
        <Group gap="sm">
          <FileButton accept=".csv,.tsv,.json,text/csv,application/json" onChange={choose}>
            {(button) => (
              <Button {...button} variant="default" leftSection={<Upload size={15} aria-hidden="true" />}>
                Choose file
              </Button>
            )}
          </FileButton>
          {text === '' && (
            <Button
              variant="subtle"
              onClick={() => {
                changed();
                setText(CSV_EXAMPLE);
              }}
            >
              Fill in an example
            </Button>
          )}
        </Group>
        {seen ? (
          <ActionButton
            refusal={seen.totals.created + seen.totals.changed === 0 ? 'Nothing would change.' : null}
            onClick={() => submit(false)}
            loading={send.isPending}
          >
            Import {tenants(seen.totals.created + seen.totals.changed + seen.unchanged)}
          </ActionButton>
        ) : (
          <Button onClick={() => submit(true)} loading={preview.isPending} disabled={text.trim() === ''}>
            Preview
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function seenIn({ totals: { created, changed, removed } }: Outputs['tenants']['import']) {
  return { created, changed, removed };
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
