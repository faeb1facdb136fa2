import type { TaskView } from '@/domain/view/plan-view';
import { problemOf } from './failure-clusters';

/** What lanes can be grouped by: their waves, what went wrong, or what their tenants have for a label. */
export type Grouping = 'none' | 'wave' | 'failure' | `label:${string}`;

/** What a text in the address stands for; null when it is no grouping. */
export function readGrouping(text: string): Grouping | null {
  if (text === 'none' || text === 'wave' || text === 'failure') return text;
  return labelOf(text as Grouping) ? (text as Grouping) : null;
}

/** The label that lanes are grouped by; null where they are not grouped by one. */
export const labelOf = (grouping: Grouping): string | null => /^label:(.{1,64})$/.exec(grouping)?.[1] ?? null;

/** What a group has in common. */
export type Section =
  | { kind: 'wave'; wave: number }
  | { kind: 'problem' }
  | { kind: 'label'; value: string }
  | { kind: 'unlabelled' }
  | { kind: 'others' };

const LABELLED = 'group label ';
const OTHERS = 'group z others';
const UNLABELLED = 'group z unlabelled';

/**
 * The key of the group to which a task belongs: its wave, what went wrong with it, or what its tenant has for a label; those
 * of which there is nothing to say last. Keys in alphabetical order are groups in the order to show them, and none is like
 * the id of a task.
 */
export function sectionOf(
  task: TaskView,
  grouping: Exclude<Grouping, 'none'>,
  label: string | null | undefined,
): string {
  if (grouping === 'wave') return `group wave ${String(task.wave).padStart(4, '0')}`;
  if (grouping !== 'failure') return label == null ? UNLABELLED : `${LABELLED}${label}`;
  const problem = problemOf(task);
  return problem === null ? OTHERS : `group problem ${problem}`;
}

/** What a key says. */
export function readSection(key: string): Section {
  const wave = /^group wave (\d+)$/.exec(key)?.[1];
  if (wave !== undefined) return { kind: 'wave', wave: Number(wave) };
  if (key.startsWith(LABELLED)) return { kind: 'label', value: key.slice(LABELLED.length) };
  if (key === UNLABELLED) return { kind: 'unlabelled' };
  return key === OTHERS ? { kind: 'others' } : { kind: 'problem' };
}
