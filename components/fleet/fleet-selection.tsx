'use client';

import { Button, Group, Text } from '@mantine/core';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'use-intl';
import { draftWithTenants } from '@/components/session/plan-draft';
import { useRoleRefusal } from '@/components/session/role';
import { ActionButton } from '@/components/ui/action-button';
import classes from './fleet.module.css';
import type { FleetGroup, Grouping } from './fleet-groups';

/** What can be done with the tenants that were chosen on the map. */
export function FleetSelection(props: {
  tenantIds: readonly string[];
  /** The group that was chosen as a whole, if it is one. */
  group: FleetGroup | undefined;
  grouping: Grouping;
  onClear: () => void;
}) {
  const { tenantIds, group, grouping } = props;
  const t = useTranslations('fleet');
  const router = useRouter();
  const mayNot = useRoleRefusal();
  const list = listOf(tenantIds, group, grouping);
  return (
    <section className={classes.selection} aria-label={t('selected', { count: tenantIds.length })}>
      <Text fw={600} role="status">
        {t('selected', { count: tenantIds.length })}
      </Text>
      <Group gap={6}>
        <ActionButton
          size="compact-sm"
          refusal={mayNot}
          onClick={() => {
            draftWithTenants(tenantIds);
            router.push('/plans/new');
          }}
        >
          {t('createPlan', { count: tenantIds.length })}
        </ActionButton>
        <ActionButton
          size="compact-sm"
          variant="default"
          refusal={list === null ? t('notOneGroup') : null}
          onClick={() => list && router.push(list)}
        >
          {t('showInTenants')}
        </ActionButton>
        <Button size="compact-sm" variant="subtle" onClick={props.onClear}>
          {t('clear')}
        </Button>
      </Group>
    </section>
  );
}

/** The list of tenants that shows these and no others; it knows ids and labels. */
function listOf(
  tenantIds: readonly string[],
  group: FleetGroup | undefined,
  grouping: Grouping,
): string | null {
  const [only] = tenantIds;
  if (tenantIds.length === 1 && only) return `/tenants?q=${encodeURIComponent(only)}`;
  if (grouping.by !== 'label' || typeof group?.value !== 'string') return null;
  // The address separates several labels by commas.
  const label = `${grouping.key}=${group.value}`.replaceAll(',', '%2C');
  return `/tenants?label=${encodeURIComponent(label)}`;
}
