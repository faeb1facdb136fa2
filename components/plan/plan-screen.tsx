'use client';

import { Stack, Tabs } from '@mantine/core';
import dynamic from 'next/dynamic';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { useMemo } from 'react';
import { TaskActionDialogs } from '@/components/actions/task-actions';
import { type Figures, figuresOf, shownTasks } from '@/components/live/situation';
import { useOffline } from '@/components/live/socket';
import { LivePlanProvider, useLivePlan, usePlanSnapshot, usePlanView } from '@/components/live/use-live-plan';
import { EmptyState } from '@/components/ui/empty-state';
import { Loading } from '@/components/ui/loading';
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
  const { store, error } = useLivePlan(planId);
  if (error !== null)
    return (
      <EmptyState title="This plan cannot be shown" heading={1}>
        {error}
      </EmptyState>
    );
  if (!store) return <Loading what="Reading the plan" />;
  return (
    <LivePlanProvider store={store}>
      <TaskActionDialogs>
        <SelectionProvider>
          <LivePlan />
        </SelectionProvider>
      </TaskActionDialogs>
    </LivePlanProvider>
  );
}

const Matrix = dynamic(() => import('./matrix').then((module) => module.Matrix));
// Most plans have none.
const Failures = dynamic(() => import('./failures').then((module) => module.Failures));
const PlanEvents = dynamic(() => import('./plan-events').then((module) => module.PlanEvents));

const TABS = ['timeline', 'matrix', 'events'] as const;

function LivePlan() {
  const snapshot = usePlanSnapshot();
  const figures = useMemo(() => figuresOf(snapshot), [snapshot]);
  const [tab, setTab] = useQueryState('tab', parseAsStringLiteral(TABS).withDefault('timeline'));
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
          <Tabs
            value={tab}
            keepMounted={false}
            onChange={(next) => void setTab(TABS.find((known) => known === next) ?? 'timeline')}
          >
            <Tabs.List mb="sm">
              <Tabs.Tab value="timeline">Timeline</Tabs.Tab>
              <Tabs.Tab value="matrix">Matrix</Tabs.Tab>
              <Tabs.Tab value="events">Events</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="timeline">
              <Stack gap="sm">
                <StatusFilter figures={figures} shown={taskIds.length} />
                <SelectionBar shown={taskIds} />
                <Timeline taskIds={taskIds} failed={figures.failed} />
              </Stack>
            </Tabs.Panel>
            <Tabs.Panel value="matrix">
              <Stack gap="sm">
                <StatusFilter figures={figures} shown={taskIds.length} />
                <Matrix taskIds={taskIds} />
              </Stack>
            </Tabs.Panel>
            <Tabs.Panel value="events">
              <PlanEvents />
            </Tabs.Panel>
          </Tabs>
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
