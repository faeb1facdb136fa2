'use client';

import { ActionIcon, Button, Group, NativeSelect, NumberInput, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Plus, Trash2 } from 'lucide-react';
import { useTRPC } from '@/components/api/client';
import type { DraftWave } from './draft';

const KINDS = [
  { value: 'count', label: 'Tenants' },
  { value: 'percent', label: 'Percent' },
  { value: 'label', label: 'With label' },
];

const MOST = 20;

/** In which portions tenants are switched; whoever is in none forms the last. */
export function WavesField(props: { waves: readonly DraftWave[]; onChange: (waves: DraftWave[]) => void }) {
  const { waves, onChange } = props;
  const trpc = useTRPC();
  const labels = useQuery(trpc.tenants.labels.queryOptions());
  const choices = Object.entries(labels.data ?? {}).flatMap(([key, values]) =>
    values.map((value) => ({ value: `${key}=${value}`, label: `${key}: ${value}` })),
  );
  const change = (index: number, part: Partial<DraftWave>) =>
    onChange(waves.map((wave, at) => (at === index ? { ...wave, ...part } : wave)));
  return (
    <Stack gap="sm">
      {waves.length === 0 && (
        <Text size="sm" c="dimmed">
          All tenants at once, as many at a time as the concurrency allows. A first small wave shows early
          what is wrong.
        </Text>
      )}
      {waves.map((wave, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a wave is its place; nothing else names it.
        <Group key={index} gap="sm" align="flex-end">
          <TextInput
            label={`Wave ${index + 1}`}
            placeholder={index === 0 ? 'Canary' : 'Name'}
            w={140}
            value={wave.name}
            maxLength={64}
            onChange={(event) => change(index, { name: event.currentTarget.value })}
          />
          <NativeSelect
            aria-label={`Wave ${index + 1} is made of`}
            w={120}
            value={wave.kind}
            data={KINDS}
            onChange={(event) => change(index, { kind: event.currentTarget.value as DraftWave['kind'] })}
          />
          {wave.kind === 'label' ? (
            <NativeSelect
              aria-label={`Label of wave ${index + 1}`}
              w={150}
              value={wave.label}
              data={[{ value: '', label: 'Choose a label' }, ...choices]}
              onChange={(event) => change(index, { label: event.currentTarget.value })}
            />
          ) : (
            <NumberInput
              aria-label={`Size of wave ${index + 1}`}
              w={150}
              min={1}
              max={wave.kind === 'percent' ? 100 : 10_000}
              allowDecimal={false}
              value={wave.amount}
              onChange={(value) => change(index, { amount: Number(value) || 1 })}
            />
          )}
          <NumberInput
            label="Bake (min)"
            w={100}
            min={0}
            max={10_080}
            value={wave.bakeMinutes}
            onChange={(value) => change(index, { bakeMinutes: Number(value) || 0 })}
          />
          <ActionIcon
            aria-label={`Remove wave ${index + 1}`}
            onClick={() => onChange(waves.filter((_, at) => at !== index))}
          >
            <Trash2 size={16} aria-hidden="true" />
          </ActionIcon>
        </Group>
      ))}
      <Group gap="sm">
        <Button
          size="xs"
          variant="default"
          leftSection={<Plus size={14} aria-hidden="true" />}
          disabled={waves.length >= MOST}
          onClick={() =>
            onChange([...waves, { name: '', kind: 'count', amount: 1, label: '', bakeMinutes: 5 }])
          }
        >
          Add a wave
        </Button>
        {waves.length > 0 && (
          <Text size="sm" c="dimmed">
            Whoever is in none of them forms the last wave.
          </Text>
        )}
      </Group>
    </Stack>
  );
}
