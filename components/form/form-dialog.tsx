'use client';

import { Button, Group, type ModalProps, Stack, Text } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { Dialog } from '@/components/ui/dialog';
import { Problem } from '@/components/ui/problem';
import type { Once } from '@/components/ui/shown-once';
import { errorAt, refusalText } from './server-error';

/** A dialog in which something is written and sent; a refusal is shown here unless it stands at its field. */
export function FormDialog(props: {
  title: string;
  size?: ModalProps['size'];
  onClose: () => void;
  onSubmit: () => void;
  /** What the button says. */
  submit: string;
  sending: { error: unknown; isPending: boolean };
  /** The fields that show what is wrong with them. */
  shown: readonly string[];
  /** What a refusal comes to. */
  refused: string;
  /** Left of the buttons. */
  note?: string;
  /** Between the way out and the button that sends. */
  more?: ReactNode;
  /** What came of it and is never shown again. */
  once?: Once | null;
  children: ReactNode;
}) {
  const { sending, onClose } = props;
  const { error } = sending;
  function submit(event: FormEvent) {
    event.preventDefault();
    props.onSubmit();
  }
  return (
    <Dialog title={props.title} size={props.size} onClose={onClose} once={props.once}>
      <form onSubmit={submit} noValidate>
        <Stack>
          {props.children}
          {Boolean(error) && !props.shown.some((field) => errorAt(error, field)) && (
            <Problem title={props.refused}>{refusalText(error)}</Problem>
          )}
          <Group justify={props.note ? 'space-between' : 'flex-end'}>
            {props.note && (
              <Text size="sm" c="dimmed">
                {props.note}
              </Text>
            )}
            <Group gap="sm">
              <Button variant="default" onClick={onClose}>
                Close
              </Button>
              {props.more}
              <Button type="submit" loading={sending.isPending}>
                {props.submit}
              </Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
