'use client';

import { Button, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { errorText, useTRPC } from '@/components/api/client';
import { errorAt, fieldMessage, fieldOf, problemsOf } from '@/components/form/server-error';
import { Problem } from '@/components/ui/problem';
import type { Inputs } from '@/server/api/router';

/** A playbook while it is written. */
export type PlaybookText = { exists: boolean; playbookId: string; name: string; definition: string };

/** Writes a playbook as JSON; every save is a new version. */
export function PlaybookEditor({ start, onClose }: { start: PlaybookText; onClose: () => void }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [form, setForm] = useState(start);
  const [unreadable, setUnreadable] = useState<string | null>(null);
  const change = (part: Partial<PlaybookText>) => setForm((before) => ({ ...before, ...part }));
  const save = useMutation(
    trpc.playbooks.save.mutationOptions({
      onSuccess: ({ playbookId, version }) => {
        notifications.show({ message: `${playbookId} saved as version ${version}.` });
        void queries.invalidateQueries(trpc.playbooks.pathFilter());
        onClose();
      },
    }),
  );
  const check = useMutation(
    trpc.playbooks.check.mutationOptions({
      onSuccess: ({ problems }) => {
        if (problems.length === 0) notifications.show({ message: 'Nothing is wrong with this playbook.' });
      },
    }),
  );
  /** With what is written, if it is JSON; whatever it says, the server checks every field of it. */
  const withDefinition = (then: (definition: Inputs['playbooks']['save']['definition']) => void) => {
    setUnreadable(null);
    save.reset();
    check.reset();
    try {
      then(JSON.parse(form.definition));
    } catch (error) {
      setUnreadable(`This is not JSON: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    withDefinition((definition) =>
      save.mutate({ playbookId: form.playbookId.trim(), name: form.name.trim(), definition }),
    );
  };
  const field = fieldOf(save.error);
  const told =
    check.data?.problems ?? problemsOf(save.error).filter((one) => one.field.startsWith('definition'));
  const inDefinition =
    told.length > 0
      ? told.map((one) => `${readablePath(one.field)} ${one.message}`).join('\n')
      : field?.startsWith('definition') && `${readablePath(field)} ${fieldMessage(save.error)}`;
  const elsewhere = save.error && !inDefinition && field !== 'playbookId' && field !== 'name';
  return (
    <form onSubmit={submit}>
      <Stack>
        <Group grow align="flex-start">
          <TextInput
            label="Id"
            description="Small letters, digits and -"
            placeholder="send-and-verify"
            value={form.playbookId}
            onChange={(event) => change({ playbookId: event.currentTarget.value })}
            error={errorAt(save.error, 'playbookId')}
            readOnly={start.exists}
            spellCheck={false}
          />
          <TextInput
            label="Name"
            description="As operators see it"
            placeholder="Send and verify"
            value={form.name}
            onChange={(event) => change({ name: event.currentTarget.value })}
            error={errorAt(save.error, 'name')}
          />
        </Group>
        <Textarea
          label="Stages"
          description="Steps are of type config-update, broadcast, health-check, http-request, wait or approval"
          value={form.definition}
          onChange={(event) => change({ definition: event.currentTarget.value })}
          error={unreadable ?? (inDefinition || undefined)}
          autosize
          minRows={14}
          maxRows={24}
          spellCheck={false}
          styles={{
            input: { fontFamily: 'var(--mantine-font-family-monospace)' },
            error: { whiteSpace: 'pre-line', fontSize: 'var(--mantine-font-size-sm)' },
          }}
        />
        {elsewhere && <Problem title="The playbook was not saved">{errorText(save.error)}</Problem>}
        {check.error && <Problem title="The playbook was not checked">{errorText(check.error)}</Problem>}
        <Group justify="space-between">
          <Text size="sm" c="dimmed">
            Plans that exist keep the version they were created with.
          </Text>
          <Group gap="sm">
            <Button variant="default" onClick={onClose}>
              Close
            </Button>
            <Button
              variant="default"
              loading={check.isPending}
              onClick={() => withDefinition((definition) => check.mutate({ definition }))}
            >
              Check
            </Button>
            <Button type="submit" loading={save.isPending}>
              Save playbook
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}

/** "definition.stages.0.steps.1.type" as "Stage 1, step 2, type:". */
function readablePath(path: string): string {
  const words = path
    .replace(/^definition\.?/, '')
    .replace(/stages\.(\d+)\.?/, (_, index: string) => `stage ${Number(index) + 1}, `)
    .replace(/steps\.(\d+)\.?/, (_, index: string) => `step ${Number(index) + 1}, `)
    .replace(/, $/, '');
  return words === '' ? '' : `${words.charAt(0).toUpperCase()}${words.slice(1)}:`;
}
