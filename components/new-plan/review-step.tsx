'use client';

import { Checkbox, Skeleton, Stack, Text, Title } from '@mantine/core';
import { OctagonAlert, TriangleAlert } from 'lucide-react';
import { errorText } from '@/components/api/client';
import { bakeText, thresholdTexts } from '@/components/live/policy-words';
import { Figures } from '@/components/ui/figures';
import { Problem } from '@/components/ui/problem';
import { tenants } from '@/components/ui/tenant-count';
import { DEFAULT_SETTINGS } from '@/domain/settings';
import type { Outputs } from '@/server/api/router';
import { type Draft, requestOf } from './draft';
import { type Finding, FindingRows } from './finding-rows';
import classes from './new-plan.module.css';
import { Rehearsal } from './rehearsal';

type Preview = Outputs['plans']['preview'];
type Row = Finding & { kind: keyof typeof MARKS };

const MARKS = {
  error: <OctagonAlert size={17} data-kind="error" aria-label="Error" />,
  warning: <TriangleAlert size={17} data-kind="warning" aria-label="Warning" />,
};

/** Step 4: what the server found when it checked every tenant. */
export function ReviewStep(props: {
  draft: Draft;
  preview: Preview | undefined;
  error: unknown;
  leaveOut: boolean;
  onLeaveOut: (value: boolean) => void;
}) {
  const { draft, preview } = props;
  if (props.error) return <Problem title="This plan cannot be checked">{errorText(props.error)}</Problem>;
  if (!preview)
    return (
      <Stack aria-busy="true">
        <Text role="status">Checking {tenants(draft.tenantIds.length)}…</Text>
        <Skeleton height={120} radius="md" />
      </Stack>
    );
  const { report } = preview;
  const rows = findings(preview);
  const warnings = rows.filter((row) => row.kind === 'warning').length;
  const halts = thresholdTexts(draft.thresholds);
  const changes: [string, string][] = [
    ['Plan', requestOf(draft).name],
    ['Switches to', `${draft.unitId} ${draft.version}`],
    ['Playbook', draft.playbookId],
    ['At the same time', `at most ${draft.maxConcurrency ?? DEFAULT_SETTINGS.maxConcurrency}`],
    ['Can be switched', `${report.valid.toLocaleString('en')} of ${report.total.toLocaleString('en')}`],
    ['Errors', tenants(report.invalid)],
    ['Warnings', String(warnings)],
    ...(halts.length > 0 ? [['Halts when', halts.join(', or ')] as [string, string]] : []),
    ...(draft.startAt
      ? [['Starts at', new Date(draft.startAt).toLocaleString('en-GB')] as [string, string]]
      : []),
  ];
  return (
    <Stack gap="lg">
      <Figures rows={changes} />
      {preview.waves.length > 1 && (
        <Stack gap="sm">
          <Title order={2}>Waves</Title>
          <Figures
            rows={preview.waves.map(({ name, tenants: size, bakeSeconds }, wave) => [
              `${wave + 1} · ${name}`,
              `${tenants(size)}${wave < preview.waves.length - 1 ? `, bake ${bakeText({ bakeSeconds })}` : ''}`,
            ])}
          />
        </Stack>
      )}
      {preview.frozen.length > 0 && (
        <Problem kind="warning" title={`${tenants(preview.frozen.length)} held back by a freeze now`}>
          They start when it ends, or when somebody removes it under Settings, Freezes.
        </Problem>
      )}
      {!preview.confirmsHealth && (
        <Problem kind="warning" title="Nothing checks the tenants afterwards">
          This playbook has no health check after the configuration is sent. A finished switch will not count
          as last known good, so a later rollback goes back further.
        </Problem>
      )}
      {preview.withoutPrevious.length > 0 && (
        <Problem kind="warning" title={`${tenants(preview.withoutPrevious.length)} cannot be rolled back`}>
          Nothing is on record about what runs there now: {preview.withoutPrevious.slice(0, 6).join(', ')}
          {preview.withoutPrevious.length > 6 && ` and ${preview.withoutPrevious.length - 6} more`}. The
          switch itself works.
        </Problem>
      )}
      {rows.length > 0 ? (
        <Stack gap="sm">
          <Title order={2}>What was found</Title>
          <FindingRows
            label="Errors and warnings by tenant"
            rows={rows}
            maxHeight="min(48vh, 480px)"
            className={classes.finding}
            mark={({ kind }) => MARKS[kind]}
          />
        </Stack>
      ) : (
        <Text c="dimmed">No errors and no warnings.</Text>
      )}
      {report.invalid > 0 && (
        <Checkbox
          iconColor="var(--mantine-primary-color-contrast)"
          label={`Leave out ${tenants(report.invalid)} that cannot be switched`}
          description="They stay listed in the plan with the reason, and are not touched."
          checked={props.leaveOut}
          onChange={(event) => props.onLeaveOut(event.currentTarget.checked)}
        />
      )}
      {report.valid > 0 && (
        <Rehearsal request={requestOf(draft)} count={draft.tenantIds.length} hash={preview.hash} />
      )}
    </Stack>
  );
}

function findings({ report }: Preview): Row[] {
  const rows = (kind: Row['kind'], part: 'errors' | 'warnings') =>
    report.results.flatMap((result) =>
      result[part].map((one, index) => ({
        key: `${result.tenantId}-${kind}-${index}`,
        kind,
        tenantId: result.tenantId,
        said: one.message,
      })),
    );
  return [...rows('error', 'errors'), ...rows('warning', 'warnings')];
}
