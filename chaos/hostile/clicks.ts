import { CLICKS, type Clicks } from '../work/operators';

const SOON_MS = 3000;

/** Beside what operators press in any chaos: what does not wait, and everything that holds back. */
export const HOSTILE_CLICKS: Clicks = [
  ...CLICKS,
  [
    8,
    ({ taskId }) => ({
      procedure: 'tasks.cancel',
      input: { taskId, reason: 'Not one more call', now: true },
    }),
  ],
  [
    14,
    ({ taskId }) => ({ procedure: 'tasks.rollback', input: { taskId, reason: 'Back at once', now: true } }),
  ],
  [
    3,
    ({ taskId }, random) => ({
      procedure: 'tasks.rollback',
      input: { taskId, reason: 'To another one', toVersion: `v${random.whole(0, 6)}` },
    }),
  ],
  [4, ({ taskId }) => ({ procedure: 'tasks.approve', input: { taskId, reason: 'Fine' } })],
  [2, ({ taskId }) => ({ procedure: 'tasks.reject', input: { taskId, reason: 'Not fine' } })],
  [
    0.7,
    ({ planId }) => ({
      procedure: 'plans.cancel',
      input: { planId, reason: 'All of it, at once', now: true },
    }),
  ],
  [
    0.7,
    ({ planId }) => ({ procedure: 'plans.rollback', input: { planId, reason: 'Back, at once', now: true } }),
  ],
  [
    0.5,
    ({ planId }, random) => ({
      procedure: 'plans.rollback',
      input: { planId, reason: 'To another one', toVersion: `v${random.whole(0, 6)}` },
    }),
  ],
  [1, ({ planId }) => ({ procedure: 'plans.close', input: { planId, reason: 'Enough of it' } })],
  [3, ({ planId }) => ({ procedure: 'plans.continue', input: { planId, reason: 'Go on' } })],
  [2, () => ({ procedure: 'executor.stop', input: { reason: 'Everything stops' } })],
  [6, () => ({ procedure: 'executor.resume', input: { reason: 'It goes on' } })],
  [
    3,
    (_seen, random) => ({
      procedure: 'freezes.create',
      input: {
        name: 'Nobody moves',
        ...(random.chance(0.5) ? { tenantId: `t${random.whole(0, 30)}` } : { labels: { ring: 'a' } }),
        window: {
          kind: 'once',
          from: new Date(Date.now() - 1000).toISOString(),
          to: new Date(Date.now() + SOON_MS).toISOString(),
        },
      },
    }),
  ],
  [
    2,
    ({ planId }) => ({
      procedure: 'plans.overrideFreezes',
      input: { planId, reason: 'This one moves', until: new Date(Date.now() + SOON_MS).toISOString() },
    }),
  ],
  [1, ({ planId }) => ({ procedure: 'plans.withdrawOverride', input: { planId, reason: 'It can wait' } })],
  [
    2,
    ({ planId }, random) => ({
      procedure: 'tasks.bulk',
      input: {
        planId,
        action: random.pick(['cancel', 'rollback']),
        filter: { q: `t${random.whole(1, 9)}` },
        reason: 'Many at once',
        now: random.chance(0.5),
      },
    }),
  ],
];
