import { expect, it } from 'vitest';
import type { TaskView } from '@/domain/view/plan-view';
import { pendingTask } from '@/domain/view/testing/pending-task';
import { needsSomebody, SILENCE_MILLIS } from './lane-notes';

const now = Date.parse('2026-01-01T10:00:00.000Z');
const needs = (over: Partial<TaskView>) => needsSomebody({ ...pendingTask(1), ...over }, now);
const heard = (millisAgo: number) => new Date(now - millisAgo).toISOString();

it('needs somebody after a failure, on the way there and back', () => {
  expect([needs({ status: 'FAILED' }), needs({ status: 'ROLLBACK_FAILED' })]).toEqual([true, true]);
});

it('needs somebody while it waits for an approval, not while it is paused', () => {
  expect(needs({ status: 'PAUSED', heldBy: 'approval' })).toBe(true);
  expect(needs({ status: 'PAUSED', heldBy: 'operator' })).toBe(false);
});

it('needs somebody when it runs and was not heard of for long', () => {
  expect(needs({ status: 'RUNNING', heartbeatAt: heard(SILENCE_MILLIS + 1) })).toBe(true);
  expect(needs({ status: 'RUNNING', heartbeatAt: heard(1000) })).toBe(false);
  expect(needs({ status: 'COMPLETED', heartbeatAt: heard(SILENCE_MILLIS + 1) })).toBe(false);
});
