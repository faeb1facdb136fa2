import { describe, expect, it } from 'vitest';
import { outcomeGroups } from '@/components/actions/bulk-outcome';
import { wordsIn } from '@/components/actions/testing-words';
import { LOCALES } from '@/components/i18n/locale';
import { BULK_ACTIONS } from '@/domain/bulk';
import type { TaskView } from '@/domain/view/plan-view';
import { snapshotOf } from '@/domain/view/testing/plan-snapshot';
import { prospectOf } from './bulk-prospect';
import { bulkQuestion, skippedWords } from './bulk-question';

const completed = {
  status: 'COMPLETED',
  stageStarted: true,
  previousVersion: 'v1',
  sent: { calls: true, config: {} },
} as const;
const of = (count: number, task: Partial<TaskView>) => Array.from({ length: count }, () => task);

describe('who is skipped', () => {
  const { plan, tasks } = snapshotOf([
    ...of(2, completed),
    ...of(6, { ...completed, status: 'ROLLED_BACK' }),
    ...of(3, { ...completed, newerTaskStarted: true }),
  ]);
  const { affected, skipped } = prospectOf('rollback', tasks, plan);

  it('is counted by the reason, the most frequent first', () => {
    expect(affected).toHaveLength(2);
    expect(skippedWords(skipped, wordsIn('en'))).toBe(
      '9 are skipped: 6 already rolled back, 3 owned by a newer plan.',
    );
    expect(skippedWords(skipped, wordsIn('zh-CN'))).toBe('跳过 9 个：6 个已回滚、3 个已归更新的计划所有。');
  });
});

describe('before', () => {
  it('a rollback of many it is said how many go back to what, how long it takes, and who is left out', () => {
    const { plan, tasks } = snapshotOf([
      ...of(59, completed),
      { ...completed, previousVersion: 'v0' },
      { status: 'PENDING' },
    ]);
    const lengths = { basis: 10, short: 20_000, long: 40_000 };
    const asked = bulkQuestion('rollback', prospectOf('rollback', tasks, plan), plan, lengths, wordsIn('en'));
    expect(asked).toMatchObject({
      action: 'Roll back 60 tenants',
      friction: 'typed',
      planId: 'PLN-1',
      body: [
        '59 to v1, 1 to v0.',
        'At most 5 at once, about 6 min. To have v2 again, retry them afterwards.',
        '1 is skipped: not started.',
      ],
    });
  });

  it('a pause of one nothing is asked, of two it is', () => {
    const { plan, tasks } = snapshotOf(of(2, { status: 'RUNNING' }));
    const ask = (some: readonly TaskView[]) =>
      bulkQuestion('pause', prospectOf('pause', some, plan), plan, null, wordsIn('en'));
    expect(ask(tasks.slice(1))).toBeNull();
    expect(ask(tasks)).toMatchObject({ friction: 'dialog', figures: '' });
  });

  it.each(LOCALES)('any of them there are words in %s', (locale) => {
    const { plan, tasks } = snapshotOf([
      ...of(2, completed),
      ...of(2, { status: 'RUNNING', configSent: true }),
      ...of(2, { status: 'PAUSED', heldBy: 'operator' }),
      ...of(2, { status: 'FAILED', stageStarted: true }),
    ]);
    for (const action of BULK_ACTIONS) {
      const prospect = { ...prospectOf(action, tasks, plan), affected: [...tasks] };
      expect(bulkQuestion(action, prospect, plan, null, wordsIn(locale))?.body).toBeTruthy();
    }
  });
});

it('what was refused is counted by its reason, whatever tenant it names', () => {
  expect(
    outcomeGroups([
      { tenantId: 'a', message: 'busy' },
      { tenantId: 'b1', message: 'b1 is held' },
      { tenantId: 'c1', message: 'c1 is held' },
    ]),
  ).toEqual([
    { why: '… is held', count: 2 },
    { why: 'busy', count: 1 },
  ]);
});
