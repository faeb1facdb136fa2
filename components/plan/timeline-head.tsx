'use client';

import { useTranslations } from 'use-intl';
import { usePlanView } from '@/components/live/use-live-plan';
import type { TimeView } from './time-view';
import classes from './timeline.module.css';
import { type ScaleKind, TimelineScale } from './timeline-scale';
import { type TimeCommands, useIsZoomed } from './use-time-view';

/** What stays above the lanes: which part of the time they show, and the scale. */
export function TimelineHead(props: {
  view: TimeView;
  commands: TimeCommands & { follows: boolean };
  kind: ScaleKind;
  onKind: () => void;
}) {
  const { view, commands, kind, onKind } = props;
  const t = useTranslations('plan.timeline');
  const zoomed = useIsZoomed();
  const runs = usePlanView().endedAt === null;
  return (
    <div className={classes.axis}>
      {/* biome-ignore lint/a11y/useSemanticElements: these are buttons, not fields of a form. */}
      <div className={classes.zoom} role="group" aria-label={t('time')}>
        <button
          type="button"
          className={classes.button}
          aria-label={t('zoomOut')}
          title={t('zoomOut')}
          onClick={commands.zoomOut}
        >
          −
        </button>
        <button
          type="button"
          className={classes.button}
          aria-label={t('zoomIn')}
          title={t('zoomIn')}
          onClick={commands.zoomIn}
        >
          +
        </button>
        <button
          type="button"
          className={classes.button}
          title={t('fitHint')}
          aria-pressed={!zoomed}
          onClick={commands.fit}
        >
          {t('fit')}
        </button>
        <button type="button" className={classes.button} title={t('lastHint')} onClick={commands.lastMinutes}>
          {t('last')}
        </button>
        {runs && zoomed && !commands.follows && (
          <button type="button" className={classes.button} data-strong onClick={commands.toggleFollow}>
            {t('follow')}
          </button>
        )}
      </div>
      <TimelineScale view={view} kind={kind} />
      <button type="button" className={classes.button} data-kind title={t('scaleHint')} onClick={onKind}>
        {t(kind)}
      </button>
    </div>
  );
}
