'use client';

import { useTranslations } from 'use-intl';
import type { LaneOrder } from '@/components/live/lane-order';
import { readSection } from '@/components/live/lane-sections';
import { useRuleWords } from '@/components/live/policy-words';
import { useFigures, usePlanStore, usePlanView } from '@/components/live/use-live-plan';
import type { TaskView } from '@/domain/view/plan-view';
import classes from './lane-group.module.css';

// Placed one by one as they scroll into view, like the lanes.
const rowAt = (index: number, open: boolean) => ({
  role: 'row',
  'aria-level': 1,
  'aria-rowindex': index,
  'aria-expanded': open,
});
const CELL = { role: 'gridcell' } as const;

/** The row above the lanes of a group: what they have in common and how many they are. It opens and closes them. */
export function LaneGroup(props: { id: string; card: boolean; rowIndex: number; order: LaneOrder }) {
  const { id, card, rowIndex, order } = props;
  const store = usePlanStore();
  const t = useTranslations('plan.groups');
  // Looks again as lanes come and go.
  useFigures();
  const { open, size, failed, one } = order.section(id);
  const problem = readSection(id).kind === 'problem';
  const title = useTitle(id, one);
  const shared = {
    className: classes.group,
    'data-row': id,
    'data-problem': problem || undefined,
    tabIndex: -1,
    onClick: () => store.toggleGroup(id),
  };
  const content = (
    <>
      <span className={classes.arrow} aria-hidden="true" data-open={open || undefined} />
      <span className={classes.title} title={title}>
        {title}
      </span>
      {failed > 0 && !problem && (
        <span className={classes.failed} data-numbers>
          {t('failed', { count: failed })}
        </span>
      )}
      <span className={classes.count} data-numbers>
        {t('size', { count: size })}
      </span>
    </>
  );
  return card ? (
    <article {...shared}>
      <button type="button" className={classes.button} aria-expanded={open}>
        {content}
      </button>
    </article>
  ) : (
    <div {...shared} {...rowAt(rowIndex, open)}>
      <div {...CELL} className={classes.button}>
        {content}
      </div>
    </div>
  );
}

function useTitle(id: string, one: TaskView | undefined): string {
  const t = useTranslations('plan.groups');
  const words = useRuleWords();
  const plan = usePlanView();
  const store = usePlanStore();
  const section = readSection(id);
  switch (section.kind) {
    case 'wave':
      return t('wave', { number: String(section.wave + 1), name: words.wave(plan.waves, section.wave) });
    case 'label':
      return section.value;
    case 'unlabelled':
      return t('unlabelled');
    case 'others':
      return t('others');
    case 'problem':
      return one
        ? [one.currentStage, one.failure?.step, store.problemOf(one)].filter(Boolean).join(' · ')
        : '';
  }
}
