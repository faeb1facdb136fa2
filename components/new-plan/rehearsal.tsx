'use client';

import { Group, Paper, Progress, Stack, Table, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { EqualNot, Hourglass, Snowflake, WifiOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import { errorText, useTRPC } from '@/components/api/client';
import { bakeText } from '@/components/live/policy-words';
import { useRoleRefusal } from '@/components/session/role';
import { ActionButton } from '@/components/ui/action-button';
import { formatDurationRange } from '@/components/ui/duration';
import { Grid } from '@/components/ui/grid';
import { Problem } from '@/components/ui/problem';
import { tenants } from '@/components/ui/tenant-count';
import type { Inputs, Outputs } from '@/server/api/router';
import { type Finding, FindingRows } from './finding-rows';
import classes from './new-plan.module.css';

type Request = Inputs['plans']['rehearse'];
type Result = Outputs['plans']['rehearse'];
type Seconds = { from: number; to: number };

/** The server answers within this, whatever the instances do. */
const AT_MOST_SECONDS = 60;

/** A dry run of the plan: what every instance says now, and when each wave would start. */
export function Rehearsal(props: {
  request: Request;
  /** How many tenants it is about. */
  count: number;
  /** Of the preview on this page: another one means that something changed. */
  hash: string;
}) {
  const { request, count, hash } = props;
  const trpc = useTRPC();
  const mayNot = useRoleRefusal();
  const rehearse = useMutation(trpc.plans.rehearse.mutationOptions());
  const { data } = rehearse;
  return (
    <Stack gap="sm" component="section" aria-labelledby="rehearsal">
      <Group justify="space-between" gap="sm">
        <div style={{ flex: '1 1 240px' }}>
          <Title order={2} id="rehearsal">
            Rehearsal
          </Title>
          <Text size="sm" c="dimmed">
            Asks every instance what it runs. Changes nothing.
          </Text>
        </div>
        <ActionButton
          variant="default"
          size="xs"
          refusal={mayNot}
          loading={rehearse.isPending}
          onClick={() => rehearse.mutate(request)}
        >
          {data ? 'Rehearse again' : 'Rehearse'}
        </ActionButton>
      </Group>
      {rehearse.isPending && <Asking count={count} />}
      {rehearse.error && (
        <Problem title="The plan could not be rehearsed">{errorText(rehearse.error)}</Problem>
      )}
      {data && !rehearse.isPending && (
        <>
          {data.hash !== hash && (
            <Problem kind="warning">Something changed since this rehearsal. Rehearse again.</Problem>
          )}
          <Findings result={data} target={request.version} />
          <Schedule schedule={data.schedule} />
        </>
      )}
    </Stack>
  );
}

/** How much of the time limit is used up. */
function Asking({ count }: { count: number }) {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((before) => before + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <div>
      <Group justify="space-between" gap="sm" mb={6}>
        <Text role="status">Asking the instances of {tenants(count)}…</Text>
        <Text size="sm" c="dimmed" aria-hidden="true">
          {seconds} s, at most {AT_MOST_SECONDS} s
        </Text>
      </Group>
      <Progress
        value={Math.min(100, (seconds / AT_MOST_SECONDS) * 100)}
        aria-label="Time used"
        size="sm"
        animated
      />
    </div>
  );
}

const KINDS = {
  silent: { Icon: WifiOff, word: 'Silent' },
  drifted: { Icon: EqualNot, word: 'Drifted' },
  busy: { Icon: Hourglass, word: 'Busy' },
  frozen: { Icon: Snowflake, word: 'Frozen' },
} as const;

type Attention = Finding & { kind: keyof typeof KINDS };

function Findings({ result, target }: { result: Result; target: string }) {
  const rows = attention(result, target);
  return (
    <>
      <Text role="status" fw={580}>
        {summaryText(result)}
      </Text>
      {!result.asked && (
        <Text c="dimmed">
          The playbook has no health check, so nobody can say what an instance runs and none was asked.
        </Text>
      )}
      {rows.length > 0 && (
        <FindingRows
          label="What needs attention"
          rows={rows}
          maxHeight="min(40vh, 384px)"
          className={classes.attention}
          mark={markOf}
        />
      )}
    </>
  );
}

function markOf({ kind }: Attention) {
  const { Icon, word } = KINDS[kind];
  return (
    <span className={classes.kind} data-kind={kind}>
      <Icon size={16} aria-hidden="true" />
      {word}
    </span>
  );
}

/** "50 tenants, 100 instances: 2 silent, 1 drifted". What is not the case is left out. */
function summaryText({ summary, asked }: Result): string {
  const { instances } = summary;
  const all = `${tenants(summary.tenants)}${
    asked ? `, ${instances.toLocaleString('en')} ${instances === 1 ? 'instance' : 'instances'}` : ''
  }`;
  const parts = (['silent', 'drifted', 'busy', 'frozen'] as const)
    .filter((kind) => summary[kind] > 0)
    .map((kind) => `${summary[kind].toLocaleString('en')} ${kind}`);
  if (parts.length > 0) return `${all}: ${parts.join(', ')}`;
  return asked
    ? `${all}: every one answered, and none is drifted, busy or frozen`
    : `${all}: none is busy or frozen`;
}

/** Tenants with the most to say come first; each tenant's rows stay together. */
function attention({ tenants: rehearsed, frozen }: Result, target: string): Attention[] {
  const byTenant = new Map<string, Attention[]>();
  const add = (row: Omit<Attention, 'key'>) => {
    const rows = byTenant.get(row.tenantId) ?? [];
    byTenant.set(row.tenantId, [...rows, { ...row, key: `${row.tenantId}-${rows.length}` }]);
  };
  for (const { tenantId, expected, instances, drifted, busyIn } of rehearsed) {
    for (const { instance, version, detail } of instances) {
      if (version === null) add({ kind: 'silent', tenantId, said: `${instance} ${detail}` });
      else if (drifted && version !== expected && version !== target)
        add({ kind: 'drifted', tenantId, said: `${instance} ${detail}; on record is ${expected}` });
    }
    if (busyIn) add({ kind: 'busy', tenantId, said: `Busy in ${busyIn}` });
  }
  for (const { tenantId, name, until } of frozen)
    add({
      kind: 'frozen',
      tenantId,
      said: `Held back by ${name} until ${new Date(until).toLocaleString('en-GB')}`,
    });
  return [...byTenant.values()].sort((one, other) => other.length - one.length).flat();
}

function Schedule({ schedule }: { schedule: Result['schedule'] }) {
  const { waves, task } = schedule;
  // Without any past run, only how long the waves bake is known.
  const known = task.to > 0;
  return (
    <div>
      <Title order={3} mb="xs">
        Projected schedule
      </Title>
      <Paper withBorder>
        <Grid
          minWidth={460}
          head={['Wave', { name: 'Tenants', right: true }, 'Starts after', 'Takes about', 'Bakes']}
        >
          {waves.map(({ name, tenants: size, starts, ends, bakeSeconds }, wave) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a wave is its place.
            <Table.Tr key={wave}>
              <Table.Td fw={600}>{name}</Table.Td>
              <Table.Td ta="right">{size.toLocaleString('en')}</Table.Td>
              <Table.Td>{wave === 0 ? 'At once' : known ? spanText(starts) : 'Not known'}</Table.Td>
              <Table.Td>
                {known ? spanText({ from: ends.from - starts.from, to: ends.to - starts.to }) : 'Not known'}
              </Table.Td>
              <Table.Td>{bakeSeconds > 0 ? bakeText({ bakeSeconds }) : '–'}</Table.Td>
            </Table.Tr>
          ))}
        </Grid>
      </Paper>
      <Text size="sm" c="dimmed" mt="xs">
        {basisText(schedule)} Approvals, retries and failures are not foreseen.
      </Text>
    </div>
  );
}

function spanText({ from, to }: Seconds): string {
  return to <= 0 ? '–' : formatDurationRange(from * 1000, to * 1000, 'en');
}

/** What the times rest on: "From the last 120 stages; no past run of Health, which comes on top." */
function basisText({ basis, unknownStages }: Result['schedule']): string {
  const missing = unknownStages.join(', ');
  if (basis === 0) return `No past run of ${missing || 'this playbook'}.`;
  const from = `From the last ${basis.toLocaleString('en')} ${basis === 1 ? 'stage' : 'stages'}`;
  return missing ? `${from}; no past run of ${missing}, which comes on top.` : `${from}.`;
}
