'use client';

import { Button, Group, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useChange } from '@/components/api/change';
import { errorText, useTRPC } from '@/components/api/client';
import { FormRefused } from '@/components/form/field-errors';
import { FormDialog } from '@/components/form/form-dialog';
import { fieldMessage, fieldOf, problemsOf } from '@/components/form/server-error';
import { Problem } from '@/components/ui/problem';

/** A playbook while it is written. */
export type PlaybookText = { exists: boolean; playbookId: string; name: string; definition: string };

/** Writes a playbook as JSON; every save is a new version. */
export function PlaybookEditor({ start, onClose }: { start: PlaybookText; onClose: () => void }) {
  const trpc = useTRPC();
  const save = useChange(trpc.playbooks.save.mutationOptions(), [trpc.playbooks.pathFilter()]);
  const check = useMutation(
    trpc.playbooks.check.mutationOptions({
      onSuccess: ({ problems }) => {
        if (problems.length === 0) notifications.show({ message: 'Nothing is wrong with this playbook.' });
      },
    }),
  );
  const values = { playbookId: start.playbookId, name: start.name, definition: start.definition };
  return (
    <FormDialog
      title={start.exists ? `Edit ${start.name}` : 'New playbook'}
      size="xl"
      onClose={onClose}
      start={values}
      check={({ definition }): Record<string, string> => {
        const unreadable = notJson(definition);
        return unreadable ? { definition: unreadable } : {};
      }}
      // Whatever it says, the server checks every field of it.
      send={async ({ playbookId, name, definition }) => {
        check.reset();
        try {
          return await save.mutateAsync({
            playbookId: playbookId.trim(),
            name: name.trim(),
            definition: JSON.parse(definition),
          });
        } catch (error) {
          const wrong = inDefinition(error);
          throw wrong ? new FormRefused({ fields: { definition: wrong } }) : error;
        }
      }}
      onSent={(saved) => {
        notifications.show({ message: `${saved.playbookId} saved as version ${saved.version}.` });
        onClose();
      }}
      submit="Save playbook"
      refused="The playbook was not saved"
      note="Plans that exist keep the version they were created with."
      more={(form) => (
        <Button
          variant="default"
          loading={check.isPending}
          onClick={() => {
            const unreadable = notJson(form.values.definition);
            if (unreadable) form.setFieldError('definition', unreadable);
            else check.mutate({ definition: JSON.parse(form.values.definition) });
          }}
        >
          Check
        </Button>
      )}
    >
      {(form) => (
        <>
          <Group grow align="flex-start">
            <TextInput
              label="Id"
              description="Small letters, digits and -"
              placeholder="send-and-verify"
              {...form.getInputProps('playbookId')}
              readOnly={start.exists}
              spellCheck={false}
            />
            <TextInput
              label="Name"
              description="As operators see it"
              placeholder="Send and verify"
              {...form.getInputProps('name')}
            />
          </Group>
          <Textarea
            label="Stages"
            description="Steps are of type config-update, broadcast, health-check, http-request, wait or approval"
            {...form.getInputProps('definition')}
            error={form.errors.definition ?? (told(check.data?.problems ?? []) || undefined)}
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
        </>
      )}
    </FormDialog>
  );
}

function notJson(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return `This is not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** All that is wrong with the definition, a line each; empty if it is about something else. */
function inDefinition(error: unknown): string {
  const several = problemsOf(error).filter(({ field }) => field.startsWith('definition'));
  if (several.length > 0) return told(several);
  const field = fieldOf(error);
  return field?.startsWith('definition') ? told([{ field, message: fieldMessage(error) }]) : '';
}

const told = (problems: readonly { field: string; message: string }[]): string =>
  problems.map(({ field, message }) => `${readablePath(field)} ${message}`).join('\n');

/** "definition.stages.0.steps.1.type" as "Stage 1, step 2, type:". */
function readablePath(path: string): string {
  const words = path
    .replace(/^definition\.?/, '')
    .replace(/stages\.(\d+)\.?/, (_, index: string) => `stage ${Number(index) + 1}, `)
    .replace(/steps\.(\d+)\.?/, (_, index: string) => `step ${Number(index) + 1}, `)
    .replace(/, $/, '');
  return words === '' ? '' : `${words.charAt(0).toUpperCase()}${words.slice(1)}:`;
}
