'use client';

import { Stack } from '@mantine/core';
import dynamic from 'next/dynamic';
import { useMemo } from 'react';
import { TaskActionDialogs } from '@/components/actions/task-actions';
import { LivePlan } from '@/components/live/live-plan';
import { type Figures, figuresOf, shownTasks } from '@/components/live/situation';
import { useOffline } from '@/components/live/socket';
import { usePlanSnapshot, usePlanView } from '@/components/live/use-live-plan';
import { UrlTabs } from '@/components/ui/url-tabs';
import { BulkProvider } from './bulk';
import { HowItRuns } from './how-it-runs';
import { PauseOrResume } from './plan-actions';
import { PlanBanners } from './plan-banner';
import { PlanCommands } from './plan-commands';
import { PlanHeader } from './plan-header';
import classes from './plan-screen.module.css';
import { SelectionProvider } from './selection';
import { SelectionBar } from './selection-bar';
import { StatusFilter, useTaskFilter } from './status-filter';
import { Timeline } from './timeline';

/** The live plan: fetched once, then kept up by the stored events as they come. */
export function PlanScreen({ planId }: { planId: string }) {
  return (
    <LivePlan planId={planId} what="plan">
      <TaskActionDialogs>
        <SelectionProvider>
          <Plan />
        </SelectionProvider>
      </TaskActionDialogs>
    </LivePlan>
  );
}

const Matrix = dynamic(() => import('./matrix').then((module) => module.Matrix));
// Most plans have none.
const Failures = dynamic(() => import('./failures').then((module) => module.Failures));
const PlanEvents = dynamic(() => import('./plan-events').then((module) => module.PlanEvents));

function Plan() {
  const snapshot = usePlanSnapshot();
  const figures = useMemo(() => figuresOf(snapshot), [snapshot]);
  const [filter, setFilter] = useTaskFilter();
  const { tasks, plan } = snapshot;
  const offline = useOffline();
  const taskIds = useMemo(() => shownTasks(tasks, filter), [tasks, filter]);
  return (
    <div className={classes.room} data-offline={offline !== null || undefined}>
      <PlanCommands figures={figures}>
        <PlanHeader figures={figures} />
        <PlanBanners figures={figures} />
        <HowItRuns plan={plan} tasks={tasks} />
        <BulkProvider planId={plan.planId}>
          {figures.failed > 0 && (
            <Failures plan={plan} tasks={tasks} onShow={(q) => void setFilter({ q, status: [] })} />
          )}
          <UrlTabs
            gap="sm"
            tabs={[
              {
                name: 'timeline',
                label: 'Timeline',
                panel: (
                  <Stack gap="sm">
                    <StatusFilter figures={figures} shown={taskIds.length} />
                    <SelectionBar shown={taskIds} />
                    <Timeline taskIds={taskIds} failed={figures.failed} />
                  </Stack>
                ),
              },
              {
                name: 'matrix',
                label: 'Matrix',
                panel: (
                  <Stack gap="sm">
                    <StatusFilter figures={figures} shown={taskIds.length} />
                    <Matrix taskIds={taskIds} />
                  </Stack>
                ),
              },
              { name: 'events', label: 'Events', panel: <PlanEvents /> },
            ]}
          />
        </BulkProvider>
        <StickyBar figures={figures} />
      </PlanCommands>
    </div>
  );
}

/** On a phone what must never be scrolled away: how many failed, and the brake. */
function StickyBar({ figures }: { figures: Figures }) {
  const plan = usePlanView();
  return (
    <div className={classes.sticky}>
      <b className={figures.failed > 0 ? classes.failed : undefined}>
        {figures.percent}% · {figures.failed} failed
      </b>
      <PauseOrResume plan={plan} />
    </div>
  );
}
