import { expect, it } from 'vitest';
import { type Column, fromColumn } from '@/domain/view/columns';
import { extendSteps, type StepEvent } from '@/domain/view/step-times';
import { testApiServer } from './testing/api-server';
import { mutate, query } from './testing/call';

const server = testApiServer();
const read = async <T>(procedure: string, input: object): Promise<T> => {
  const { data, error } = await query(server.url, server.viewerKey, procedure, input);
  expect(error).toBeNull();
  return data as T;
};

it('tells when the steps of a task ran, from the first to the last, and nothing of other plans', async () => {
  const unit = { unitId: 'edge-router', version: 'steps' };
  await mutate(server.url, server.key, 'versions.create', { ...unit, payload: '{}' });
  const { data } = await mutate(server.url, server.key, 'plans.create', {
    ...{ name: 'Steps', playbookId: 'blue-green', tenantIds: ['acme-eu'], ...unit },
    settings: { healthIntervalSeconds: 0, healthAttempts: 1, driftGuard: false },
  });
  const { planId } = data as { planId: string };
  await mutate(server.url, server.key, 'plans.start', { planId });
  await server.untilPlan(planId, 'COMPLETED');
  const told = await read<{ taskId: string; events: StepEvent[] }[]>('plans.steps', {
    planId,
    taskIds: [`${planId}.1`, 'PLN-1.1'],
  });
  expect(told.map(({ taskId }) => taskId)).toEqual([`${planId}.1`, 'PLN-1.1']);
  const steps = (told[0]?.events ?? []).reduce(extendSteps, [] as ReturnType<typeof extendSteps>);
  expect(steps.length).toBeGreaterThan(2);
  expect(new Set(steps.map(({ outcome }) => outcome))).toEqual(new Set(['succeeded']));
  expect(steps.map(({ from }) => from)).toEqual(steps.map(({ from }) => from).sort());
  expect(told[1]?.events).toEqual([]);
});

it('tells what the tenants of a plan have for a label, in the order of the plan', async () => {
  const { count, values } = await read<{ count: number; values: Column }>('plans.labels', {
    planId: 'PLN-1',
    key: 'region',
  });
  const { tasks } = await read<{ tasks: { tenantId: string }[] }>('plans.snapshot', { planId: 'PLN-1' });
  const regions = fromColumn(values, count);
  expect(regions).toHaveLength(tasks.length);
  const { labels } = await read<{ labels: Record<string, string> }>('tenants.get', {
    tenantId: tasks[0]?.tenantId ?? '',
  });
  expect(regions[0]).toBe(labels.region ?? null);
  const none = await read<{ count: number; values: Column }>('plans.labels', { planId: 'PLN-1', key: 'no' });
  expect(new Set(fromColumn(none.values, none.count))).toEqual(new Set([null]));
});
