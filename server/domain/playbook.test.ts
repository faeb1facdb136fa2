import { describe, expect, it } from 'vitest';
import { buildStages, confirmsHealth, type StageCondition } from './playbook';

const stage = (name: string, types: string[], when?: StageCondition) => ({
  name,
  when,
  steps: types.map((type) => ({ name: type, type })),
});

describe('the stages of a task', () => {
  it.each([
    [{ label: 'ring', equals: 'canary' }, { ring: 'canary' }, null],
    [{ label: 'ring', equals: 'canary' }, {}, 'label ring is not canary'],
    [{ label: 'ring', equals: '' }, {}, null],
    [{ label: 'ring', notEquals: 'canary' }, { ring: 'canary' }, 'label ring is canary'],
    [{ label: 'ring', notEquals: 'canary' }, {}, null],
  ] as [StageCondition, Record<string, string>, string | null][])(
    'when %o and labels %o: skip %s',
    (when, labels, skip) => {
      const stages = buildStages({ stages: [stage('A', ['wait']), stage('B', ['wait'], when)] }, { labels });
      expect(stages.map((one) => [one.name, one.skip])).toEqual([
        ['A', null],
        ['B', skip],
      ]);
    },
  );
});

describe('a playbook confirms health', () => {
  it.each([
    [['config-update', 'health-check'], true],
    [['health-check', 'config-update'], false],
    [['config-update', 'health-check', 'config-update'], false],
    [['config-update'], false],
    [['health-check'], true],
  ])('%o: %s', (types, expected) => {
    expect(confirmsHealth({ stages: types.map((type) => stage(type, [type])) })).toBe(expected);
  });
});
