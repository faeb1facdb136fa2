import { expect, it } from 'vitest';
import { PLAN_STATUSES } from '@/domain/plan';
import type { PublicStatus } from '@/domain/view/plan-view';
import { shareFacts } from './share-facts';

const status = {
  planId: 'PLN-317',
  name: '切换全部租户',
  version: '第四版',
  status: 'RUNNING',
  percent: 43,
  total: 100,
  of: 98,
  byStatus: { COMPLETED: 40, FAILED: 2, PENDING: 58 },
  funnel: Array.from({ length: 9 }, (_, place) => ({ stage: `阶段 ${place}`, done: 90 - place })),
  tasks: [{ name: 'Acme', status: 'FAILED', stageIndex: 0 }],
} as unknown as PublicStatus;

it('shows numbers, and no name that somebody gave', () => {
  const facts = shareFacts(status);
  expect(facts).toMatchObject({ planId: 'PLN-317', word: 'Running', percent: 43, failed: 2 });
  expect(facts.stages).toHaveLength(5);
  expect(facts.stages[0]).toEqual({ name: '1', done: 90, of: 98, share: 90 / 98 });
  expect(facts.bar.map(({ share }) => share)).toEqual([0.4, 0.02, 0.58]);
  expect(JSON.stringify(facts)).toMatch(/^[\x20-\x7e]*$/);
  expect(JSON.stringify(facts)).not.toContain('Acme');
});

it.each(PLAN_STATUSES)('has a word for a plan that is %s, also without tenants', (of) => {
  const facts = shareFacts({ ...status, status: of, total: 0, of: 0, byStatus: {} });
  expect(facts.word).toMatch(/^[A-Z][a-z ]+$/);
  expect(facts.bar).toEqual([]);
  expect(facts.stages[0]?.share).toBe(0);
});
