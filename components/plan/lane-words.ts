'use client';

import { useCallback } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { usePlanStore } from '@/components/live/use-live-plan';
import { formatDuration } from '@/components/ui/duration';
import type { Segment } from '@/domain/lane';
import type { TaskView } from '@/domain/view/plan-view';

/**
 * Says what a part of a lane's history is, in its title, when the pointer comes to it: nobody reads those of the thousands
 * that scroll past.
 */
export function useDescribePart(): (part: EventTarget | null) => void {
  const t = useTranslations('plan.lane');
  const locale = useLocale();
  const store = usePlanStore();
  return useCallback(
    (target) => {
      const part =
        target instanceof Element &&
        target.closest<HTMLElement>('[data-step],[data-segment],[data-pause],[data-takeover]');
      if (!part) return;
      const task = store.task(part.closest<HTMLElement>('[data-task]')?.dataset.task ?? '');
      if (!task) return;
      const took = (from: string, to: string | null) =>
        to === null ? '' : `, ${formatDuration(Date.parse(to) - Date.parse(from), locale)}`;
      const segmentWords = ({ stage, direction, run, outcome, from, to }: Segment) =>
        [
          `${direction === 'rollback' ? t('rollbackOf', { stage }) : stage}: ${t(outcome)}${took(from, to)}`,
          run > 1 ? t('run', { run: String(run) }) : null,
        ]
          .filter((word) => word !== null)
          .join(' · ');
      const step = store.stepTimes.of(task.taskId)[Number(part.dataset.step ?? -1)];
      if (step) {
        const tries = step.retries > 0 ? ` · ${t('retries', { count: step.retries })}` : '';
        part.title = `${step.step}: ${t(step.outcome)}${took(step.from, step.to)}${tries}`;
        return;
      }
      part.title = titleOf(part, task, {
        segmentWords,
        paused: (from, to) => `${t('paused')}${took(from, to)}`,
        takenOver: t('takenOver'),
      });
    },
    [t, locale, store],
  );
}

function titleOf(
  { dataset }: HTMLElement,
  { lane }: TaskView,
  words: {
    segmentWords: (segment: Segment) => string;
    paused: (from: string, to: string | null) => string;
    takenOver: string;
  },
): string {
  if (dataset.takeover !== undefined) return words.takenOver;
  if (dataset.pause !== undefined) {
    const pause = lane.pauses[Number(dataset.pause)];
    return pause ? words.paused(pause.from, pause.to) : '';
  }
  const segment = lane.segments[Number(dataset.segment)];
  return segment ? words.segmentWords(segment) : '';
}
