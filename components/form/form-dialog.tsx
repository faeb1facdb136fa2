'use client';

import { Button, Group, type ModalProps, Stack, Text } from '@mantine/core';
import { type UseFormReturnType, useForm } from '@mantine/form';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { ActionButton } from '@/components/ui/action-button';
import { Dialog } from '@/components/ui/dialog';
import { Problem } from '@/components/ui/problem';
import type { Once } from '@/components/ui/shown-once';
import { fieldAround, fieldErrors } from './field-errors';
import classes from './form.module.css';
import { wasAnswered } from './server-error';
import { useRequestId } from './use-request-id';

/** What is written in a dialog, and what is wrong with each part of it. */
export type Form<Values> = UseFormReturnType<Values>;

/**
 * A dialog in which something is written and sent. What the server refuses stands at its field, or below the fields where
 * none shows it; nothing that was typed is lost by a refusal, and none of it by a slip: who closes it is asked first.
 */
export function FormDialog<Values extends Record<string, unknown>, Sent>(props: {
  title: string;
  size?: ModalProps['size'];
  /** What stands in the fields at first. */
  start: Values;
  /** What can be told without asking the server, by field. */
  check?: (values: Values) => Record<string, string>;
  /** Throws what was refused. A repeat of the same has the same request id. */
  send: (values: Values, requestId: string) => Promise<Sent>;
  /** Instead of closing the dialog. */
  onSent?: (sent: Sent) => void;
  onClose: () => void;
  /** What the button says. */
  submit: string | ((values: Values) => string);
  /** Why it cannot be sent as it is, or null. */
  hold?: (values: Values) => string | null;
  /** What a refusal comes to. */
  refused: string;
  /** The field that shows a part of the input, where it has another name there; null as usual. */
  place?: (part: string, values: Values) => string | null;
  /** Left of the buttons. */
  note?: string;
  /** Between the way out and the button that sends. */
  more?: (form: Form<Values>) => ReactNode;
  /** What came of it and is never shown again. */
  once?: Once | null;
  children: (form: Form<Values>) => ReactNode;
}) {
  const { onClose, onSent = onClose } = props;
  const t = useTranslations('form');
  const [rest, setRest] = useState<string | null>(null);
  const [leaving, setLeaving] = useState(false);
  const requestId = useRequestId();
  const form = useForm<Values>({
    initialValues: props.start,
    validate: (values) => props.check?.(values) ?? {},
    onValuesChange: () => setLeaving(false),
  });
  const element = useRef<HTMLFormElement>(null);
  const [refusals, setRefusals] = useState(0);
  useEffect(() => {
    if (refusals > 0) element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [refusals]);

  const send = async (values: Values) => {
    setRest(null);
    try {
      const sent = await props.send(values, requestId.of(values));
      requestId.answered();
      onSent(sent);
    } catch (error) {
      if (wasAnswered(error)) requestId.answered();
      const names = Object.keys(props.start);
      const place = (part: string) => props.place?.(part, values) ?? fieldAround(part, names);
      const told = fieldErrors(error, place);
      form.setErrors(told.fields);
      setRest(told.rest);
      setRefusals((before) => before + 1);
    }
  };
  const submit = form.onSubmit(send, () => setRefusals((before) => before + 1));
  const leave = () => (form.isDirty() ? setLeaving(true) : onClose());
  return (
    <Dialog title={props.title} size={props.size} onClose={leave} once={props.once} onKept={onClose}>
      <form ref={element} onSubmit={submit} noValidate>
        <Stack>
          {props.children(form)}
          {rest !== null && (
            <Problem title={props.refused}>
              <span style={{ whiteSpace: 'pre-line' }}>{rest}</span>
            </Problem>
          )}
          <div className={classes.foot}>
            {leaving ? (
              <Leaving onStay={() => setLeaving(false)} onLeave={onClose} />
            ) : (
              <Group justify={props.note ? 'space-between' : 'flex-end'}>
                {props.note && (
                  <Text size="sm" c="dimmed">
                    {props.note}
                  </Text>
                )}
                <Group gap="sm">
                  <Button variant="default" onClick={leave}>
                    {t('close')}
                  </Button>
                  {props.more?.(form)}
                  <ActionButton
                    type="submit"
                    refusal={props.hold?.(form.values) ?? null}
                    loading={form.submitting}
                  >
                    {typeof props.submit === 'string' ? props.submit : props.submit(form.values)}
                  </ActionButton>
                </Group>
              </Group>
            )}
          </div>
        </Stack>
      </form>
    </Dialog>
  );
}

/** Asks before what was typed is gone, in the place of the buttons. */
function Leaving({ onStay, onLeave }: { onStay: () => void; onLeave: () => void }) {
  const t = useTranslations('form.leaving');
  const stay = useRef<HTMLButtonElement>(null);
  useEffect(() => stay.current?.focus(), []);
  return (
    <Group justify="space-between" role="alert" gap="sm">
      <Text size="sm">{t('question')}</Text>
      <Group gap="sm">
        <Button variant="default" onClick={onLeave}>
          {t('leave')}
        </Button>
        <Button ref={stay} onClick={onStay}>
          {t('stay')}
        </Button>
      </Group>
    </Group>
  );
}
