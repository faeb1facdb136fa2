'use client';

import { useFormatter, useTranslations } from 'use-intl';
import { useSay } from '@/components/i18n/said';
import { MOST_TAKEOVERS } from '@/domain/takeover';
import type { TaskSituation, Wait, Why } from '@/domain/why';
import type { Outputs } from '@/server/api/router';

/** The words for why a task is where it is, and for what it waits for, in the language of the page. */
export function useWhy(): { sentence: (why: readonly Why[]) => string; waits: (wait: Wait) => string } {
  const t = useTranslations('task');
  const format = useFormatter();
  const say = useSay();
  const time = (iso: string) => format.dateTime(new Date(iso), { dateStyle: 'medium', timeStyle: 'medium' });

  function waits(wait: Wait): string {
    switch (wait.wait) {
      case 'startsAt':
      case 'nextTry':
        return t(`wait.${wait.wait}`, { time: time(wait.at) });
      case 'startMissed':
        return t('wait.startMissed', { time: time(wait.by) });
      case 'stopped':
      case 'halted':
        return t(`wait.${wait.wait}`, { reason: say(wait.reason) });
      case 'late':
        return t('wait.late', { time: time(wait.since) });
      case 'notStarted':
      case 'planPaused':
        return t(`wait.${wait.wait}`);
      case 'bake':
        return t('wait.bake', { wave: wait.wave, of: wait.of, time: time(wait.at) });
      case 'gate': {
        const { wave, of, before, measured, measurements } = wait;
        return t('wait.gate', { wave, of, before, measured, measurements });
      }
      case 'failures':
        return t('wait.failures', { wave: wait.wave, of: wait.of, failed: wait.failed, before: wait.before });
      case 'wave':
        return t('wait.wave', { wave: wait.wave, of: wait.of, before: wait.before });
      case 'frozen':
        return t('wait.frozen', { time: time(wait.until), name: wait.name });
      case 'tenant':
        return t('wait.tenant', { plan: wait.plan });
      case 'slots':
        return t('wait.slots', { busy: wait.busy, of: wait.of, place: wait.place ?? 0 });
      case 'soon':
        return t('wait.soon', { place: wait.place ?? 0 });
    }
  }

  function part(why: Why): string {
    switch (why.why) {
      case 'waits':
        return t('why.waits', { for: waits(why.for) });
      case 'requested':
        return t('why.requested', { what: t(`request.${why.kind}`), who: why.by, for: waits(why.for) });
      case 'running':
      case 'goingBack':
        return t(`why.${why.why}`, { stage: why.stage, of: why.of, name: why.name ?? '' });
      case 'heldByStop':
        return t('why.heldByStop', { reason: say(why.reason) });
      case 'heldByFreeze':
        return t('why.heldByFreeze', { time: time(why.until), name: why.name });
      case 'rounds':
        return t('why.rounds', {
          count: why.count,
          next: next(why.next),
          told: why.told ? ` (${say(why.told)})` : '',
        });
      case 'tries':
        return t('why.tries', { count: why.count, next: next(why.next) });
      case 'takenOver':
        return t('why.takenOver', {
          count: why.count,
          most: MOST_TAKEOVERS,
          time: time(why.next),
          because: say(why.because) ?? '–',
        });
      case 'asked':
        return t(why.atOnce ? 'why.askedAtOnce' : 'why.asked', {
          what: t(`request.${why.kind}`),
          who: why.by,
        });
      case 'planAsked':
        return t('why.planAsked', { what: t(`request.${why.intent}`), who: why.by ?? '–' });
      case 'approval':
      case 'pausedByPolicy':
      case 'paused':
      case 'cancelledAfter':
        return t(`why.${why.why}`, { stage: why.stage, of: why.of });
      case 'failed':
      case 'rollbackFailed':
        return t(`why.${why.why}`, { stage: why.stage, of: why.of, message: say(why.message) ?? '–' });
      default:
        return t(`why.${why.why}`);
    }
  }
  const next = (at: string | null) => (at ? t('why.next', { time: time(at) }) : '');
  return { sentence: (why) => why.map(part).join(' '), waits };
}

/** What the server knows of why it is here; the page asks for it again whenever the task moves. */
export function situationOf(detail: Outputs['tasks']['get']): TaskSituation {
  return { ...detail, ...detail.view, frozen: detail.frozen, totalStages: detail.stages.length };
}
