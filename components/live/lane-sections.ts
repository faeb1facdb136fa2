import type { TaskView } from '@/domain/view/plan-view';
import { problemOf } from './failure-clusters';

/** What lanes can be grouped by. */
export const GROUPINGS = ['none', 'wave', 'failure'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** What a group has in common. */
export type Section = { kind: 'wave'; wave: number } | { kind: 'problem' } | { kind: 'others' };

/**
 * The key of the group to which a task belongs: its wave, or what went wrong with it, those where nothing did last. Keys in
 * alphabetical order are groups in the order to show them, and none is like the id of a task.
 */
export function sectionOf(task: TaskView, grouping: Exclude<Grouping, 'none'>): string {
  if (grouping === 'wave') return `group wave ${String(task.wave).padStart(4, '0')}`;
  const problem = problemOf(task);
  return problem === null ? 'group z others' : `group problem ${problem}`;
}

/** What a key says. */
export function readSection(key: string): Section {
  const wave = /^group wave (\d+)$/.exec(key)?.[1];
  if (wave !== undefined) return { kind: 'wave', wave: Number(wave) };
  return key === 'group z others' ? { kind: 'others' } : { kind: 'problem' };
}
