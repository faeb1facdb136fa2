'use client';

import { Checkbox, Skeleton, Stack, Text, Title } from '@mantine/core';
import { OctagonAlert, TriangleAlert } from 'lucide-react';
import { useFormatter, useLocale, useTranslations } from 'use-intl';
import { useStartWords } from '@/components/actions/use-approval-words';
import { errorText } from '@/components/api/client';
import { useSay } from '@/components/i18n/said';
import { useRuleWords } from '@/components/live/policy-words';
import { formatDuration } from '@/components/ui/duration';
import { Figures } from '@/components/ui/figures';
import { Problem } from '@/components/ui/problem';
import type { Outputs } from '@/server/api/router';
import { type Draft, requestOf } from './draft';
import { type Finding, FindingRows } from './finding-rows';
import classes from './new-plan.module.css';
import { Rehearsal } from './rehearsal';
import { useDefaultName } from './use-default-name';

type Preview = Outputs['plans']['preview'];
type Kind = 'error' | 'warning';
type Row = Finding & { kind: Kind };

/** Step 4: what the server found when it checked every tenant. */
export function ReviewStep(props: {
  draft: Draft;
  preview: Preview | undefined;
  error: unknown;
  leaveOut: boolean;
  onLeaveOut: (value: boolean) => void;
}) {
  const { draft, preview } = props;
  const t = useTranslations('newPlan.review');
  const unnamed = useDefaultName()(draft);
  const startWords = useStartWords();
  if (props.error) return <Problem title={t('uncheckable')}>{errorText(props.error)}</Problem>;
  if (!preview)
    return (
      <Stack aria-busy="true">
        <Text role="status">{t('checking')}</Text>
        <Skeleton height={120} radius="md" />
      </Stack>
    );
  const { report } = preview;
  const request = requestOf(draft, unnamed);
  const rows = findings(preview);
  return (
    <Stack gap="lg">
      <Summary
        draft={draft}
        name={request.name}
        preview={preview}
        warnings={rows.filter(({ kind }) => kind === 'warning').length}
      />
      {preview.startApproval && (
        <Problem kind="info" title={t('unapproved', { needs: preview.startApproval.needs })}>
          {startWords(preview.startApproval)}
        </Problem>
      )}
      {preview.frozen.length > 0 && (
        <Problem kind="warning" title={t('frozen', { count: preview.frozen.length })}>
          {t('frozenHint')}
        </Problem>
      )}
      {!preview.confirmsHealth && (
        <Problem kind="warning" title={t('unconfirmed')}>
          {t('unconfirmedHint')}
        </Problem>
      )}
      {preview.withoutPrevious.length > 0 && (
        <Problem kind="warning" title={t('noWayBack', { count: preview.withoutPrevious.length })}>
          {t('noWayBackHint', {
            ids: preview.withoutPrevious.slice(0, 6).join(', '),
            more: Math.max(0, preview.withoutPrevious.length - 6),
          })}
        </Problem>
      )}
      {rows.length > 0 ? (
        <Stack gap="sm">
          <Title order={2}>{t('found')}</Title>
          <FindingRows
            label={t('foundLabel')}
            rows={rows}
            maxHeight="min(48vh, 480px)"
            className={classes.finding}
            mark={({ kind }) => <Mark kind={kind} />}
          />
        </Stack>
      ) : (
        <Text c="dimmed">{t('nothingFound')}</Text>
      )}
      {report.invalid > 0 && (
        <Checkbox
          label={t('leaveOut', { count: report.invalid })}
          description={t('leaveOutHint')}
          checked={props.leaveOut}
          onChange={(event) => props.onLeaveOut(event.currentTarget.checked)}
        />
      )}
      {report.valid > 0 && <Rehearsal request={request} count={report.total} hash={preview.hash} />}
    </Stack>
  );
}

/** What will be done, and in which waves. */
function Summary(props: { draft: Draft; name: string; preview: Preview; warnings: number }) {
  const { draft, preview } = props;
  const t = useTranslations('newPlan.review');
  const locale = useLocale();
  const format = useFormatter();
  const { report, waves } = preview;
  const say = useSay();
  const words = useRuleWords();
  const halts = words.thresholds(draft.thresholds);
  const waveWords = (wave: number, count: number, bakeSeconds: number) => {
    const last = wave === waves.length - 1;
    const gate = last ? null : draft.waves[wave]?.gate;
    const watched = !last && bakeSeconds > 0;
    const bake = formatDuration(bakeSeconds * 1000, locale);
    return [watched ? t('wave', { count, bake }) : t('tenants', { count }), gate && words.gate(gate)]
      .filter(Boolean)
      .join(', ');
  };
  const rows: [string, string][] = [
    [t('plan'), props.name],
    [t('switchesTo'), `${draft.unitId} ${draft.version}`],
    [t('playbook'), draft.playbookId],
    [t('atOnce'), t('atMost', { count: preview.maxConcurrency })],
    [t('canBe'), t('of', { count: report.valid, of: report.total })],
    [t('errors'), t('tenants', { count: report.invalid })],
    [t('warnings'), format.number(props.warnings)],
    ...(halts.length > 0 ? [[t('haltsWhen'), halts.join(' / ')] as [string, string]] : []),
    ...(draft.finishBy
      ? [
          [
            t('finishBy'),
            `${format.dateTime(new Date(draft.finishBy), { dateStyle: 'medium', timeStyle: 'short' })}${draft.atDeadline === 'rollback' ? t('elseBack') : ''}`,
          ] as [string, string],
        ]
      : []),
    ...(draft.startAt
      ? [
          [
            t('startsAt'),
            format.dateTime(new Date(draft.startAt), { dateStyle: 'medium', timeStyle: 'short' }),
          ] as [string, string],
        ]
      : []),
  ];
  return (
    <>
      <Figures rows={rows} />
      {waves.length > 1 && (
        <Stack gap="sm">
          <Title order={2}>{t('waves')}</Title>
          <Figures
            rows={waves.map(({ name, tenants, bakeSeconds }, wave) => [
              `${wave + 1} · ${say(name)}`,
              waveWords(wave, tenants, bakeSeconds),
            ])}
          />
        </Stack>
      )}
    </>
  );
}

function Mark({ kind }: { kind: Kind }) {
  const t = useTranslations('newPlan.review.mark');
  const Icon = kind === 'error' ? OctagonAlert : TriangleAlert;
  return <Icon size={17} data-kind={kind} aria-label={t(kind)} />;
}

function findings({ report }: Preview): Row[] {
  const rows = (kind: Kind, part: 'errors' | 'warnings') =>
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
