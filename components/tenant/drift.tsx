'use client';

import { Group, Table, Text } from '@mantine/core';
import { Check, EqualNot, WifiOff } from 'lucide-react';
import Link from 'next/link';
import { useChange } from '@/components/api/change';
import { errorText, useTRPC } from '@/components/api/client';
import { newRequestId } from '@/components/api/request-id';
import { useRoleRefusal } from '@/components/session/role';
import { Section } from '@/components/table/section';
import { ActionButton } from '@/components/ui/action-button';
import { Problem } from '@/components/ui/problem';
import { RelativeTime } from '@/components/ui/relative-time';
import type { Outputs } from '@/server/api/router';
import classes from './drift.module.css';
import { differs } from './drift-mark';

type Tenant = Outputs['tenants']['get'];
type Drifted = NonNullable<Tenant['units'][number]['drift']>;

/** What each instance of a tenant said when it was last asked, beside what is on record. */
export function Drift({ tenant }: { tenant: Pick<Tenant, 'tenantId' | 'units' | 'busyIn'> }) {
  const trpc = useTRPC();
  const mayNot = useRoleRefusal();
  const { get, list, counts, checkDrift, reconcile } = trpc.tenants;
  const check = useChange(checkDrift.mutationOptions(), [
    get.pathFilter(),
    list.pathFilter(),
    counts.pathFilter(),
  ]);
  const again = useChange(reconcile.mutationOptions(), [get.pathFilter()]);
  const { tenantId, units, busyIn } = tenant;
  const checked = units.flatMap((unit) => (unit.drift ? [{ ...unit, drift: unit.drift }] : []));
  const busy = busyIn ? `It is busy in ${busyIn}: what it runs is about to change.` : null;
  return (
    <div>
      <Section
        title="Drift"
        about="What each instance says it runs, beside what is on record. Asked every ten minutes while no plan holds the tenant."
        action={
          <Group gap="xs">
            <ActionButton
              variant="default"
              size="xs"
              refusal={mayNot ?? busy}
              loading={check.isPending}
              onClick={() => check.mutate({ tenantIds: [tenantId] })}
            >
              Check now
            </ActionButton>
            {checked
              .filter(({ drift }) => drift.drifted)
              .map(({ unitId, unitName, current }) => (
                <ActionButton
                  key={unitId}
                  variant="default"
                  size="xs"
                  refusal={mayNot ?? busy}
                  loading={again.isPending}
                  onClick={() =>
                    again.mutate({
                      unitId,
                      tenantIds: [tenantId],
                      reason: 'Drift',
                      requestId: newRequestId(),
                    })
                  }
                >
                  Send {unitName} {current} again
                </ActionButton>
              ))}
          </Group>
        }
        empty={checked.length === 0 && 'Nobody has asked since it was last switched.'}
        head={['Instance', 'State', 'Said', 'On record', 'Checked']}
      >
        {checked.flatMap(({ unitId, unitName, current, drift }) =>
          drift.instances.map((finding) => (
            <Table.Tr key={`${unitId}-${finding.instance}`}>
              <Table.Td fw={600}>{finding.instance}</Table.Td>
              <Table.Td>
                <State finding={finding} drift={drift} />
              </Table.Td>
              <Table.Td>{finding.detail}</Table.Td>
              <Table.Td>
                {unitName} {current}
              </Table.Td>
              <Table.Td>
                <RelativeTime at={drift.checkedAt} />
              </Table.Td>
            </Table.Tr>
          )),
        )}
      </Section>
      {checked.some(({ drift }) => otherConfig(drift)) && (
        <Problem kind="warning" title="Another configuration">
          The version fits everywhere, but some instance runs another configuration than the one on record.
        </Problem>
      )}
      {again.error && <Problem title="It was not sent again">{errorText(again.error)}</Problem>}
      {again.data?.plans.map(({ planId, version }) => (
        <Text key={planId} role="status" mt="xs">
          {version} is sent again in <Link href={`/plans/${planId}`}>{planId}</Link>, to instances that do not
          run it.
        </Text>
      ))}
      {check.error && <Problem title="It could not be checked">{errorText(check.error)}</Problem>}
      {check.data && !check.isPending && (
        <Text role="status" mt="xs" c="dimmed">
          {outcomeText(check.data)}
        </Text>
      )}
    </div>
  );
}

function State({ finding, drift }: { finding: Drifted['instances'][number]; drift: Drifted }) {
  if (finding.observed === null)
    return (
      <span className={classes.state}>
        <WifiOff size={15} aria-hidden="true" /> Silent
      </span>
    );
  if (differs(finding))
    return (
      <span className={classes.drifted}>
        <EqualNot size={14} aria-hidden="true" /> Drifted
      </span>
    );
  return (
    <span className={classes.state}>
      <Check size={15} aria-hidden="true" /> {otherConfig(drift) ? 'Version fits' : 'As on record'}
    </span>
  );
}

/** The server compares configurations too, but does not tell which instance has another. */
function otherConfig({ drifted, instances }: Drifted): boolean {
  return drifted && !instances.some(differs);
}

function outcomeText(records: Outputs['tenants']['checkDrift']): string {
  if (records.length === 0)
    return 'Nothing was asked: no plan with a health check has brought it to what is on record.';
  const instances = records.flatMap((record) => record.instances);
  const silent = instances.filter(({ observed }) => observed === null).length;
  const drifted = instances.filter(differs).length;
  const asked = `${instances.length} ${instances.length === 1 ? 'instance' : 'instances'} asked`;
  if (drifted > 0) return `${asked}: ${drifted} drifted.`;
  if (records.some((record) => record.drifted)) return `${asked}: the configuration differs.`;
  return silent > 0 ? `${asked}: ${silent} silent.` : `${asked}: all as on record.`;
}
