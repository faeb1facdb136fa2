import { describe, expect, it } from 'vitest';
import { buildStages, confirmsHealth, isApproval, misplacedApproval } from './playbook';
import type { StageWhen } from './stage-when';

const stage = (name: string, types: string[], when?: StageWhen) => ({
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
    [{ label: 'region', oneOf: ['eu', 'us'] }, { region: 'us' }, null],
    [{ label: 'region', oneOf: ['eu', 'us'] }, { region: 'ap' }, 'label region is not one of eu, us'],
    [{ label: 'region', contains: 'eu' }, { region: 'eu-west' }, null],
    [{ label: 'region', contains: 'eu' }, {}, 'label region does not contain "eu"'],
    [{ label: 'region', exists: true }, {}, 'label region is not there'],
    [{ label: 'region', exists: false }, { region: '' }, 'label region is there'],
    [{ label: 'seats', atLeast: 100 }, { seats: '100' }, null],
    [{ label: 'seats', atLeast: 100 }, { seats: '99' }, 'label seats is not at least 100'],
    [{ label: 'seats', less: 100 }, {}, 'label seats is not less than 100'],
    [
      { label: 'agent', atLeast: '1.10', order: 'version' },
      { agent: '1.9.3' },
      'label agent is not at least 1.10',
    ],
    [
      {
        any: [
          { label: 'ring', equals: 'canary' },
          { label: 'region', equals: 'eu' },
        ],
      },
      { region: 'eu' },
      null,
    ],
    [
      {
        any: [
          { label: 'ring', equals: 'canary' },
          { label: 'region', equals: 'eu' },
        ],
      },
      {},
      'label ring is not canary, and label region is not eu',
    ],
    [
      {
        all: [
          { label: 'ring', equals: 'canary' },
          { label: 'region', equals: 'eu' },
        ],
      },
      { ring: 'canary' },
      'label region is not eu',
    ],
    [{ not: { label: 'ring', equals: 'canary' } }, { ring: 'canary' }, 'label ring is canary'],
    [
      {
        not: {
          any: [
            { label: 'a', exists: true },
            { label: 'b', greater: 2 },
          ],
        },
      },
      { b: '3' },
      'label a is there or label b is greater than 2',
    ],
  ] as [StageWhen, Record<string, string>, string | null][])(
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

describe('on the way back', () => {
  const playbook = {
    stages: [
      stage('Config', ['config-update', 'wait']),
      stage('Bake', ['wait']),
      stage('Sign off', ['approval']),
      stage('Canary only', ['broadcast'], { label: 'ring', equals: 'canary' }),
      stage('Health', ['health-check']),
    ],
  };

  it('the stages are the same, in order, without waits and approvals', () => {
    const back = buildStages(playbook, { labels: {} }, 'rollback');
    expect(back.map(({ name, skip, steps }) => [name, skip, ...steps.map(({ type }) => type)])).toEqual([
      ['Config', null, 'config-update'],
      ['Bake', 'a rollback does not wait'],
      ['Sign off', 'a rollback does not wait'],
      ['Canary only', 'label ring is not canary', 'broadcast'],
      ['Health', null, 'health-check'],
    ]);
  });

  it('nothing is left out forward', () => {
    const forward = buildStages(playbook, { labels: { ring: 'canary' } });
    expect(forward.map(({ skip, steps }) => [skip, steps.length])).toEqual([
      [null, 2],
      [null, 1],
      [null, 1],
      [null, 1],
      [null, 1],
    ]);
  });
});

describe('an approval', () => {
  it.each([
    [['approval'], true, null],
    [['broadcast'], false, null],
    [[], false, null],
    [['approval', 'broadcast'], true, 'An approval is a stage of its own'],
    [['broadcast', 'approval'], false, 'An approval is a stage of its own'],
    [['approval', 'approval'], true, 'An approval is a stage of its own'],
  ])('in %o: is one %s, misplaced %s', (types, is, misplaced) => {
    expect(isApproval(stage('S', types))).toBe(is);
    const wrong = misplacedApproval(stage('S', types));
    expect(wrong === null ? null : wrong.split(':')[0]).toBe(misplaced);
  });
});
