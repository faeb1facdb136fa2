'use client';

import { CircleCheck, EqualNot, Hourglass, type LucideIcon, Snowflake, WifiOff } from 'lucide-react';
import { useFormatter, useTranslations } from 'use-intl';
import { useSay } from '@/components/i18n/said';
import type { Outputs } from '@/server/api/router';
import { FindingRows } from './finding-rows';
import classes from './new-plan.module.css';
import { type Found, groupsOf, type Outcome } from './rehearsal-groups';

const ICONS: Record<Outcome, LucideIcon> = {
  silent: WifiOff,
  drifted: EqualNot,
  busy: Hourglass,
  frozen: Snowflake,
  fine: CircleCheck,
};

/** What a rehearsal found, one part for each outcome; what needs nobody is only counted. */
export function RehearsalGroups(props: { result: Outputs['plans']['rehearse']; target: string }) {
  const t = useTranslations('newPlan.rehearsal');
  const words = useFoundWords();
  return groupsOf(props.result, props.target).map(({ outcome, tenants, rows }, index) => {
    const Icon = ICONS[outcome];
    const head = (
      <span className={classes.kind} data-kind={outcome}>
        <Icon size={16} aria-hidden="true" />
        {t(`outcome.${outcome}`, { count: tenants })}
      </span>
    );
    if (rows.length === 0)
      return (
        <div key={outcome} className={classes.fine}>
          {head}
        </div>
      );
    return (
      <details key={outcome} className={classes.folded} open={index === 0}>
        <summary>{head}</summary>
        <FindingRows
          label={t(`outcome.${outcome}`, { count: tenants })}
          rows={rows.map((row) => ({ ...row, said: words(row) }))}
          maxHeight="min(40vh, 384px)"
          className={classes.attention}
        />
      </details>
    );
  });
}

function useFoundWords(): (found: Found) => string {
  const t = useTranslations('newPlan.rehearsal.said');
  const format = useFormatter();
  const say = useSay();
  return (found) => {
    switch (found.kind) {
      case 'silent':
        return t('silent', { instance: found.instance, detail: say(found.detail) });
      case 'drifted':
        return t('drifted', {
          instance: found.instance,
          detail: say(found.detail),
          expected: found.expected,
        });
      case 'busy':
        return t('busy', { plan: found.plan });
      case 'frozen': {
        const until = format.dateTime(new Date(found.until), { dateStyle: 'medium', timeStyle: 'short' });
        return t('frozen', { name: found.name, until });
      }
    }
  };
}
