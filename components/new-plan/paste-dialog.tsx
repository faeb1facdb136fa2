'use client';

import { Button, Group, Stack, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Dialog } from '@/components/ui/dialog';
import { idsInText } from './read-ids';

/** Takes tenants by their ids, from wherever somebody has a list of them. */
export function PasteDialog(props: { onClose: () => void; onIds: (ids: string[]) => void }) {
  const t = useTranslations('newPlan.paste');
  const [text, setText] = useState('');
  const ids = idsInText(text);
  return (
    <Dialog onClose={props.onClose} title={t('title')}>
      <Stack>
        <Textarea
          label={t('ids')}
          description={t('how')}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          autosize
          minRows={6}
          maxRows={14}
          spellCheck={false}
          data-autofocus
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={props.onClose}>
            {t('close')}
          </Button>
          <Button disabled={ids.length === 0} onClick={() => props.onIds(ids)}>
            {t('add', { count: ids.length })}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
