'use client';

import { Stack } from '@mantine/core';
import dynamic from 'next/dynamic';
import { useEffect } from 'react';
import { useTranslations } from 'use-intl';
import { TaskActionDialogs } from '@/components/actions/task-actions';
import { LivePlan } from '@/components/live/live-plan';
import { useCounted, usePlanView } from '@/components/live/use-live-plan';
import { nothing } from '@/components/ui/nothing';
import { UrlTabs } from '@/components/ui/url-tabs';
import { BulkProvider } from './bulk';
import { PauseOrResume } from './plan-actions';
import { PlanBanners } from './plan-banners';
import { PlanCommands } from './plan-commands';
import { PlanHeader } from './plan-header';
import classes from './plan-screen.module.css';
import { SelectionProvider } from './selection';
import { SelectionBar } from './selection-bar';
import { StatusFilter, useTaskFilter } from './status-filter';
import { useLaneOrder } from './use-lane-order';
import { useMomentParam } from './use-moment-param';

/** A plan: live, fetched once and then kept up by the stored events as they come; or as it was at a moment. */
export function PlanScreen({ planId }: { planId: string }) {
  const [at] = useMomentParam();
  useEffect(() => {
    // While the plan is read.
    if (!new URLSearchParams(location.search).has('tab')) void timelinePane();
  }, []);
  const page = (
    <TaskActionDialogs>
      <SelectionProvider>
        <Plan />
      </SelectionProvider>
    </TaskActionDialogs>
  );
  if (at !== null) return <ReplayedPlan planId={planId}>{page}</ReplayedPlan>;
  return (
    <LivePlan planId={planId} what="plan">
      {page}
    </LivePlan>
  );
}

// Few come to look back.
const ReplayedPlan = dynamic(() => import('./replayed-plan').then((module) => module.ReplayedPlan));
const timelinePane = () => import('./timeline-pane').then((module) => module.TimelinePane);
const TimelinePane = dynamic(timelinePane);
const Matrix = dynamic(() => import('./matrix').then((module) => module.Matrix));
// Most plans have none.
const Failures = dynamic(() => import('./failures').then((module) => module.Failures), { loading: nothing });
// Most plans have one wave.
const WaveStrip = dynamic(() => import('./wave-strip').then((module) => module.WaveStrip));
const PlanEvents = dynamic(() => import('./plan-events').then((module) => module.PlanEvents));

function Plan() {
  const t = useTranslations('planPage.tabs');
  const plan = usePlanView();
  const anyFailed = useCounted(({ failed }) => failed > 0);
  const [, setFilter] = useTaskFilter();
  const order = useLaneOrder();
  return (
    <div className={classes.room}>
      <PlanCommands>
        <PlanHeader />
        <PlanBanners />
        <BulkProvider planId={plan.planId}>
          {anyFailed && <Failures onShow={(q) => void setFilter({ q, status: [] })} />}
          {plan.lastWave > 0 && <WaveStrip />}
          <UrlTabs
            gap="sm"
            tabs={[
              {
                name: 'timeline',
                label: t('timeline'),
                panel: (
                  <Stack gap="sm">
                    <StatusFilter order={order} />
                    <SelectionBar order={order} />
                    <TimelinePane order={order} />
                  </Stack>
                ),
              },
              {
                name: 'matrix',
                label: t('matrix'),
                panel: (
                  <Stack gap="sm">
                    <StatusFilter order={order} arranged={false} />
                    <Matrix order={order} />
                  </Stack>
                ),
              },
              { name: 'events', label: t('events'), panel: <PlanEvents /> },
            ]}
          />
        </BulkProvider>
        <StickyBar />
      </PlanCommands>
    </div>
  );
}

/** On a phone what must never be scrolled away: how many failed, and the brake. */
function StickyBar() {
  const t = useTranslations('planPage');
  const plan = usePlanView();
  const percent = useCounted((figures) => figures.percent);
  const failed = useCounted((figures) => figures.failed);
  return (
    <div className={classes.sticky}>
      <b className={failed > 0 ? classes.failed : undefined}>
        {percent}% · {t('failed', { count: String(failed) })}
      </b>
      <PauseOrResume plan={plan} />
    </div>
  );
}
