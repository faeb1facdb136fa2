import { ACTIONS, actionOf, frictionFor, questionBase } from '@/components/actions/action-table';
import { type ActionWords, aboutTime } from '@/components/actions/action-words';
import { expectedMillis, expectedStageMillis, type Lengths } from '@/components/actions/expected-time';
import type { Question } from '@/components/actions/task-question';
import type { BulkAction } from '@/domain/bulk';
import type { PlanView, TaskView } from '@/domain/view/plan-view';
import type { Prospect, SkippedGroup } from './bulk-prospect';

/** What stands before a bulk action with this prospect. */
export const bulkFriction = (action: BulkAction, { affected, wantsReason }: Prospect) =>
  frictionFor(actionOf(action), affected.length, wantsReason);

/** The question before a bulk action; null where one reversible step needs none. */
export function bulkQuestion(
  action: BulkAction,
  prospect: Prospect,
  plan: PlanView,
  lengths: Lengths,
  words: ActionWords,
): Question | null {
  const { affected, skipped } = prospect;
  const name = actionOf(action);
  const row = ACTIONS[name];
  const friction = bulkFriction(action, prospect);
  if (friction === 'none') return null;
  const count = affected.length;
  const body = bodyOf(action, affected, plan, lengths, words);
  if (skipped.length > 0) body.push(skippedWords(skipped, words));
  return {
    ...questionBase(name),
    action: words.t(`many.${name}`, { count }),
    friction,
    planId: plan.planId,
    mayHurry: row.mayHurry && affected.some(({ status }) => status === 'RUNNING'),
    // What runs moves on all the time; only what cannot be undone must be read again.
    figures: row.reversible ? '' : `${count} ${versionCounts(affected).join()}`,
    body,
  };
}

/** "9 are skipped: 6 already completed, 3 owned by a newer plan." */
export function skippedWords(skipped: readonly SkippedGroup[], words: ActionWords): string {
  const count = skipped.reduce((sum, group) => sum + group.count, 0);
  return words.t('skipped', { count, reasons: skippedReasons(skipped, words) });
}

/** "6 already completed, 3 owned by a newer plan"; of one reason there is no need to count. */
export function skippedReasons(skipped: readonly SkippedGroup[], { t }: ActionWords): string {
  const whyOf = ({ code, status }: SkippedGroup) =>
    status ? t(`whyStatus.${status}`) : t(`whyCode.${code}`);
  return skipped.length === 1
    ? skipped.map(whyOf).join()
    : skipped.map((group) => t('skippedBecause', { count: group.count, why: whyOf(group) })).join(t('comma'));
}

function bodyOf(
  action: BulkAction,
  tasks: readonly TaskView[],
  plan: PlanView,
  lengths: Lengths,
  words: ActionWords,
): string[] {
  const { t } = words;
  const most = plan.maxConcurrency;
  const { version } = plan;
  const count = tasks.length;
  const time = aboutTime(words, expectedMillis(count, plan, lengths));
  switch (action) {
    case 'pause': {
      const running = tasks.filter(({ status }) => status === 'RUNNING').length;
      const stage = running > 0 ? aboutTime(words, expectedStageMillis(plan, lengths)) : '';
      return [t('manyBody.pause', { running, waiting: count - running, time: stage })];
    }
    case 'resume':
      return [t('manyBody.resume', { most, time })];
    case 'cancel': {
      const sent = tasks.filter(({ configSent }) => configSent).length;
      return [
        t('manyBody.cancel'),
        ...(sent > 0 ? [t('manyBody.alreadyOn', { count: sent, version })] : []),
        t('manyBody.noWayBack'),
      ];
    }
    case 'retry':
      return [t('manyBody.retry', { most, time })];
    case 'resolve':
      return [t('manyBody.resend', { count })];
    case 'approve':
      return [t('manyBody.approve', { most, time })];
    case 'reject':
      return [t('manyBody.reject'), t('manyBody.noWayBack')];
    case 'rollback':
      return [versionWords(tasks, words), t('manyBody.rollback', { most, time, version })];
  }
}

/** "198 to v41, 14 to v40." */
export const versionWords = (tasks: readonly TaskView[], { t }: ActionWords): string =>
  t('manyBody.versions', {
    versions: versionCounts(tasks)
      .map(([version, count]) => t('manyBody.to', { count, version }))
      .join(t('comma')),
  });

function versionCounts(tasks: readonly TaskView[]): [version: string, count: number][] {
  const byVersion = new Map<string, number>();
  for (const { previousVersion } of tasks)
    if (previousVersion) byVersion.set(previousVersion, (byVersion.get(previousVersion) ?? 0) + 1);
  return [...byVersion].sort((a, b) => b[1] - a[1]);
}
