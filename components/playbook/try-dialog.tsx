'use client';

import { Autocomplete, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { errorText, useTRPC } from '@/components/api/client';
import { nextOf, useWhole } from '@/components/api/pages';
import { useSay } from '@/components/i18n/said';
import { ActionButton } from '@/components/ui/action-button';
import { Dialog } from '@/components/ui/dialog';
import { LinkAction } from '@/components/ui/link-action';
import { Problem } from '@/components/ui/problem';
import type { Outputs } from '@/server/api/router';

/** Tries the saved playbook on one tenant: a rehearsal, which changes nothing, or a plan for that one alone. */
export function TryDialog({ playbookId, onClose }: { playbookId: string; onClose: () => void }) {
  const t = useTranslations('playbooks.try');
  const trpc = useTRPC();
  const [tenantId, setTenantId] = useState('');
  const [target, setTarget] = useState('');
  const [words] = useDebouncedValue(tenantId.trim(), 200);
  const found = useQuery(trpc.tenants.list.queryOptions({ q: words || undefined, limit: 8 }));
  const units = useInfiniteQuery(trpc.versions.list.infiniteQueryOptions({}, { getNextPageParam: nextOf }));
  const targets = (useWhole(units) ?? []).flatMap(({ unitId, name, versions }) =>
    versions.map(({ version }) => ({ value: `${unitId} ${version}`, label: `${name} ${version}` })),
  );
  const chosen = target || targets[0]?.value || '';
  const at = chosen.indexOf(' ');
  const [unitId, version] = [chosen.slice(0, at), chosen.slice(at + 1)];
  const rehearse = useMutation(trpc.plans.rehearse.mutationOptions());
  const refusal = tenantId.trim() === '' ? t('chooseTenant') : at < 0 ? t('chooseVersion') : null;
  const plan = new URLSearchParams({
    tenants: tenantId.trim(),
    unit: unitId,
    version,
    playbook: playbookId,
  });
  return (
    <Dialog title={t('title')} size="lg" onClose={onClose}>
      <Stack>
        <Text c="dimmed">{t('about')}</Text>
        <Autocomplete
          label={t('tenant')}
          value={tenantId}
          onChange={setTenantId}
          data={(found.data?.items ?? []).map((one) => one.tenantId)}
          filter={({ options }) => options}
          data-autofocus
        />
        <NativeSelect
          label={t('version')}
          value={chosen}
          data={targets}
          onChange={(event) => setTarget(event.currentTarget.value)}
        />
        {rehearse.error && <Problem title={t('failed')}>{errorText(rehearse.error)}</Problem>}
        {rehearse.data && <Rehearsed result={rehearse.data} />}
        <Group justify="flex-end" gap="sm">
          <LinkAction variant="default" href={`/plans/new?${plan}`} refusal={refusal}>
            {t('plan')}
          </LinkAction>
          <ActionButton
            refusal={refusal}
            loading={rehearse.isPending}
            onClick={() =>
              rehearse.mutate({
                name: t('planName', { playbook: playbookId }),
                tenantIds: [tenantId.trim()],
                unitId,
                version,
                playbookId,
              })
            }
          >
            {t('rehearse')}
          </ActionButton>
        </Group>
      </Stack>
    </Dialog>
  );
}

function Rehearsed({ result }: { result: Outputs['plans']['rehearse'] }) {
  const t = useTranslations('playbooks.try');
  const say = useSay();
  const [checked] = result.report.results;
  const [tenant] = result.tenants;
  const found = [...(checked?.errors ?? []), ...(checked?.warnings ?? [])];
  return (
    <Problem
      kind={checked && checked.errors.length === 0 ? 'info' : 'warning'}
      title={t(checked && checked.errors.length === 0 ? 'works' : 'cannot')}
    >
      <Stack gap={4}>
        {found.map(({ code, field, message }) => (
          <span key={`${code} ${field}`}>{say(message)}</span>
        ))}
        {tenant?.instances.map(({ instance, detail }) => (
          <span key={instance}>
            {instance} {say(detail)}
          </span>
        ))}
        {!result.asked && <span>{t('noHealthCheck')}</span>}
      </Stack>
    </Problem>
  );
}
