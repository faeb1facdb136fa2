'use client';

import { Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '@/components/api/client';
import { bakeText } from '@/components/plan/policy-words';
import { tenants } from '@/components/plans/plan-row';
import { assignWaves, type WaveDefinition, waveName } from '@/server/domain/wave';
import classes from './new-plan.module.css';

/** How many tenants each wave has, by the rule with which the server makes them. */
export function WaveSizes(props: { waves: readonly WaveDefinition[]; tenantIds: readonly string[] }) {
  const { waves } = props;
  const trpc = useTRPC();
  const list = useQuery(trpc.tenants.list.queryOptions({ limit: 10_000 }));
  if (!list.data) return null;
  const labels = new Map(list.data.map((one) => [one.tenantId, one.labels]));
  const assigned = assignWaves(
    waves,
    props.tenantIds.map((id) => ({ labels: labels.get(id) ?? {} })),
  );
  const sizes = [...waves.keys(), waves.length].map((wave) => assigned.filter((one) => one === wave).length);
  return (
    <Stack gap="sm">
      <Title order={2}>Waves</Title>
      <dl className={classes.figures}>
        {sizes.map((size, wave) =>
          size === 0 && wave === waves.length ? null : (
            // biome-ignore lint/suspicious/noArrayIndexKey: a wave is its place.
            <div key={wave}>
              <dt>
                {wave + 1} · {waveName(waves, wave)}
              </dt>
              <dd>
                {tenants(size)}
                {wave < waves.length && `, bake ${bakeText(waves[wave] ?? { bakeSeconds: 0 })}`}
              </dd>
            </div>
          ),
        )}
      </dl>
    </Stack>
  );
}
