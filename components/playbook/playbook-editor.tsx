'use client';

import { Button, Group, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useChange } from '@/components/api/change';
import { errorText, useTRPC } from '@/components/api/client';
import { FormDialog } from '@/components/form/form-dialog';
import { fieldMessage, fieldOf, problemsOf } from '@/components/form/server-error';
import { useFields } from '@/components/form/use-fields';
import { Problem } from '@/components/ui/problem';
import type { Inputs } from '@/server/api/router';

/** A playbook while it is written. */
export type PlaybookText = { exists: boolean; playbookId: string; name: string; definition: string };

/** Writes a playbook as JSON; every save is a new version. */
export function PlaybookEditor({ start, onClose }: { start: PlaybookText; onClose: () => void }) {
  const trpc = useTRPC();
  const [unreadable, setUnreadable] = useState<string | null>(null);
  const save = useChange(trpc.playbooks.save.mutationOptions(), [trpc.playbooks.pathFilter()], (saved) => {
    notifications.show({ message: `${saved.playbookId} saved as version ${saved.version}.` });
    onClose();
  });
  const check = useMutation(
    trpc.playbooks.check.mutationOptions({
      onSuccess: ({ problems }) => {
        if (problems.length === 0) notifications.show({ message: 'Nothing is wrong with this playbook.' });
      },
    }),
  );
  const form = useFields(
    { playbookId: start.playbookId, name: start.name, definition: start.definition },
    save.error,
  );
  const { playbookId, name, definition: written } = form.values;
  /** With what is written, if it is JSON; whatever it says, the server checks every field of it. */
  const withDefinition = (then: (definition: Inputs['playbooks']['save']['definition']) => void) => {
    setUnreadable(null);
    save.reset();
    check.reset();
    try {
      then(JSON.parse(written));
    } catch (error) {
      setUnreadable(`This is not JSON: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const field = fieldOf(save.error);
  const told =
    check.data?.problems ?? problemsOf(save.error).filter((one) => one.field.startsWith('definition'));
  const inDefinition =
    told.length > 0
      ? told.map((one) => `${readablePath(one.field)} ${one.message}`).join('\n')
      : field?.startsWith('definition') && `${readablePath(field)} ${fieldMessage(save.error)}`;
  return (
    <FormDialog
      title={start.exists ? `Edit ${start.name}` : 'New playbook'}
      size="xl"
      onClose={onClose}
      onSubmit={() =>
        withDefinition((definition) =>
          save.mutate({ playbookId: playbookId.trim(), name: name.trim(), definition }),
        )
      }
      submit="Save playbook"
      sending={save}
      shown={form.shown}
      refused="The playbook was not saved"
      note="Plans that exist keep the version they were created with."
      more={
        <Button
          variant="default"
          loading={check.isPending}
          onClick={() => withDefinition((definition) => check.mutate({ definition }))}
        >
          Check
        </Button>
      }
    >
      <Group grow align="flex-start">
        <TextInput
          label="Id"
          description="Small letters, digits and -"
          placeholder="send-and-verify"
          {...form.text('playbookId')}
          readOnly={start.exists}
          spellCheck={false}
        />
        <TextInput
          label="Name"
          description="As operators see it"
          placeholder="Send and verify"
          {...form.text('name')}
        />
      </Group>
      <Textarea
        label="Stages"
        description="Steps are of type config-update, broadcast, health-check, http-request, wait or approval"
        {...form.text('definition')}
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
      {check.error && <Problem title="The playbook was not checked">{errorText(check.error)}</Problem>}
    </FormDialog>
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
