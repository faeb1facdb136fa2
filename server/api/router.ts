import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import { apiKeys, audit, executor, shares, status } from './routers/access';
import { playbooks, tenants, versions } from './routers/catalogue';
import { config } from './routers/config';
import { fleet } from './routers/fleet';
import { members } from './routers/members';
import { notifications } from './routers/notifications';
import { plans } from './routers/plans';
import { freezes, settings } from './routers/settings';
import { tasks } from './routers/tasks';
import { router } from './trpc';

export const appRouter = router({
  fleet,
  plans,
  tasks,
  tenants,
  versions,
  playbooks,
  shares,
  status,
  executor,
  audit,
  apiKeys,
  notifications,
  members,
  settings,
  freezes,
  config,
});

export type AppRouter = typeof appRouter;
export type Inputs = inferRouterInputs<AppRouter>;
export type Outputs = inferRouterOutputs<AppRouter>;
