'use client';

import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { NumberField } from '@/components/form/number-field';
import { Dialog } from '@/components/ui/dialog';
import { WhenField } from '@/components/ui/when-field';
import { usePlanAsk } from './plan-commands';

const USUAL_MINUTES = 15;

/** Sets when a plan that waits starts by itself. */
export function ScheduleDialog(props: {
  startAt: string | null;
  startBy: string | null;
  onClose: () => void;
}) {
  const { startAt, startBy, onClose } = props;
  const t = useTranslations('planPage.schedule');
  const { schedule, sending } = usePlanAsk();
  const [minutes, setMinutes] = useState<number | string>(
    startAt && startBy ? Math.round((Date.parse(startBy) - Date.parse(startAt)) / 60_000) : USUAL_MINUTES,
  );
  const [when, setWhen] = useState<Date | null>(startAt ? new Date(startAt) : null);
  const [refused, setRefused] = useState<string | null>(null);
  async function save() {
    if (when === null || typeof minutes !== 'number') return;
    const answer = await schedule(when, new Date(when.getTime() + minutes * 60_000));
    setRefused(answer);
    if (answer === null) onClose();
  }
  return (
    <Dialog onClose={onClose} title={t('title')}>
      <Stack>
        <Text size="sm" c="dimmed">
          {t('about')}
        </Text>
        <WhenField label={t('at')} value={when} onChange={setWhen} error={refused ?? undefined} />
        <NumberField
          label={t('latest')}
          description={t('latestHint')}
          suffix={t('minutes')}
          min={1}
          max={1440}
          allowDecimal={false}
          value={minutes}
          onChange={setMinutes}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('keep')}
          </Button>
          <Button
            loading={sending === 'schedule'}
            onClick={() => void save()}
            disabled={when === null || typeof minutes !== 'number'}
          >
            {t('save')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
