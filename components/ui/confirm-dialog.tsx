'use client';

import { Button, Checkbox, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import classes from './confirm.module.css';
import type { Confirmation } from './confirmation';
import { isReason, REASON_MAX } from './friction';
import { useFocusBack } from './use-focus-back';

/** Asks before anything that is not undone with one click. Focus starts on the way out. */
export function ConfirmModal(props: { confirmation: Confirmation | null; onClose: () => void }) {
  const t = useTranslations('ui.confirm');
  const { confirmation, onClose } = props;
  return (
    <Modal
      opened={confirmation !== null}
      onClose={onClose}
      withCloseButton={false}
      size="md"
      title={confirmation && t('title', { action: confirmation.action })}
      classNames={{ title: classes.title }}
    >
      {confirmation && <Questions confirmation={confirmation} onClose={onClose} />}
    </Modal>
  );
}

/** Mounted anew for each opening, so that nothing typed or seen before counts. */
function Questions({ confirmation, onClose }: { confirmation: Confirmation; onClose: () => void }) {
  const t = useTranslations('ui.confirm');
  const [seen, setSeen] = useState(confirmation.figures);
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const [atOnce, setAtOnce] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [sending, setSending] = useState(false);
  useFocusBack();

  const changed = seen !== confirmation.figures;
  const asksReason = confirmation.friction !== 'dialog';
  const asksId = confirmation.friction === 'typed';
  const answered = (!asksReason || isReason(reason)) && (!asksId || typed.trim() === confirmation.planId);

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (sending) return;
    if (changed) {
      setSeen(confirmation.figures);
      return;
    }
    if (!answered) return;
    setSending(true);
    const answer = await confirmation.onConfirm(asksReason ? reason.trim() : null, atOnce);
    setSending(false);
    setRefusal(answer);
    if (answer === null) onClose();
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <div className={classes.body} data-changed={changed || undefined} aria-live="polite">
          {Array.isArray(confirmation.body)
            ? confirmation.body.map((line) => <p key={line}>{line}</p>)
            : confirmation.body}
        </div>
        {changed && (
          <p className={classes.changed} role="status">
            {t('numbersChangedHint')}
          </p>
        )}
        {confirmation.mayHurry && (
          <Checkbox
            label={t('atOnce')}
            description={t('atOnceHint')}
            checked={atOnce}
            onChange={(event) => setAtOnce(event.currentTarget.checked)}
          />
        )}
        {asksReason && (
          <Textarea
            label={t('reason')}
            description={t('reasonHint')}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            maxLength={REASON_MAX}
            autosize
            minRows={2}
            required
          />
        )}
        {asksId && (
          <TextInput
            label={t('typeId', { id: confirmation.planId ?? '' })}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
            required
          />
        )}
        {refusal !== null && (
          <p className={classes.notice} role="alert">
            {t('failed', { reason: refusal })}
          </p>
        )}
        <div className={classes.buttons}>
          <Button variant="default" onClick={onClose} data-autofocus>
            {t(confirmation.wayOut)}
          </Button>
          <Button
            type="submit"
            loading={sending}
            className={changed ? classes.review : confirmation.destructive ? classes.destructive : undefined}
            aria-disabled={!(changed || answered) || undefined}
            data-disabled={!(changed || answered) || undefined}
          >
            {changed ? t('numbersChanged') : confirmation.action}
          </Button>
        </div>
      </Stack>
    </form>
  );
}
