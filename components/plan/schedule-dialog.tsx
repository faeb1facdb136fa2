'use client';

import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { WhenField } from '@/components/ui/when-field';
import { usePlanAsk } from './plan-commands';

/** Sets when a plan that waits starts by itself. */
export function ScheduleDialog({ startAt, onClose }: { startAt: string | null; onClose: () => void }) {
  const { schedule, sending } = usePlanAsk();
  const [when, setWhen] = useState<Date | null>(startAt ? new Date(startAt) : null);
  const [refused, setRefused] = useState<string | null>(null);
  async function save() {
    if (when === null) return;
    const answer = await schedule(when);
    setRefused(answer);
    if (answer === null) onClose();
  }
  return (
    <Modal opened onClose={onClose} title="Schedule the start">
      <Stack>
        <Text size="sm" c="dimmed">
          The plan starts by itself then, whether or not this page is open. Until then it can be taken back.
        </Text>
        <WhenField label="Start at" value={when} onChange={setWhen} error={refused ?? undefined} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Keep as is
          </Button>
          <Button loading={sending === 'schedule'} onClick={() => void save()} disabled={when === null}>
            Schedule
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
