'use client';

import { ActionIcon, Button, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Plus, Trash2 } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useTRPC } from '@/components/api/client';
import { NumberField } from '@/components/form/number-field';
import type { DraftWave } from './draft';
import { WaveGateField } from './wave-gate-field';

const KINDS = ['count', 'percent', 'label', 'eachOf'] as const;

const MOST = 20;

/** In which portions tenants are switched; whoever is in none forms the last. */
export function WavesField(props: { waves: readonly DraftWave[]; onChange: (waves: DraftWave[]) => void }) {
  const { waves, onChange } = props;
  const t = useTranslations('newPlan.waves');
  const trpc = useTRPC();
  const labels = useQuery(trpc.tenants.labels.queryOptions());
  const choices = Object.entries(labels.data ?? {}).flatMap(([key, values]) =>
    values.map((value) => ({ value: `${key}=${value}`, label: `${key}: ${value}` })),
  );
  const keys = Object.keys(labels.data ?? {});
  const change = (index: number, part: Partial<DraftWave>) =>
    onChange(waves.map((wave, at) => (at === index ? { ...wave, ...part } : wave)));
  return (
    <Stack gap="sm">
      {waves.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('none')}
        </Text>
      )}
      {waves.map((wave, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a wave is its place; nothing else names it.
        <Stack key={index} gap="xs">
          <Group gap="sm" align="flex-end">
            <TextInput
              label={t('wave', { number: index + 1 })}
              placeholder={t(index === 0 ? 'canary' : 'name')}
              w={140}
              value={wave.name}
              maxLength={64}
              onChange={(event) => change(index, { name: event.currentTarget.value })}
            />
            <NativeSelect
              aria-label={t('madeOf', { number: index + 1 })}
              w={120}
              value={wave.kind}
              data={KINDS.map((value) => ({ value, label: t(`kind.${value}`) }))}
              onChange={(event) =>
                // What was chosen of the one kind is none of the other.
                change(index, { kind: event.currentTarget.value as DraftWave['kind'], label: '' })
              }
            />
            {wave.kind === 'label' || wave.kind === 'eachOf' ? (
              <NativeSelect
                aria-label={t('labelOf', { number: index + 1 })}
                w={150}
                value={wave.label}
                data={[{ value: '', label: t('chooseLabel') }, ...(wave.kind === 'label' ? choices : keys)]}
                onChange={(event) => change(index, { label: event.currentTarget.value })}
              />
            ) : (
              <NumberField
                aria-label={t('sizeOf', { number: index + 1 })}
                w={150}
                min={1}
                max={wave.kind === 'percent' ? 100 : 10_000}
                allowDecimal={false}
                value={wave.amount}
                onNumber={(amount) => change(index, { amount })}
              />
            )}
            <NumberField
              label={t('bake')}
              w={100}
              min={0}
              max={10_080}
              value={wave.bakeMinutes}
              onNumber={(bakeMinutes) => change(index, { bakeMinutes })}
            />
            <ActionIcon
              aria-label={t('remove', { number: index + 1 })}
              onClick={() => onChange(waves.filter((_, at) => at !== index))}
            >
              <Trash2 size={16} aria-hidden="true" />
            </ActionIcon>
          </Group>
          <WaveGateField
            number={index + 1}
            gate={wave.gate ?? null}
            onChange={(gate) => change(index, { gate })}
          />
        </Stack>
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
          {t('add')}
        </Button>
        {waves.length > 0 && (
          <Text size="sm" c="dimmed">
            {t('rest')}
          </Text>
        )}
      </Group>
    </Stack>
  );
}
