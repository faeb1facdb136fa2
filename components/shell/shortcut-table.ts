import { ACTIONS, TASK_ACTIONS } from '@/components/actions/action-table';
import { GO_TO } from './go-to';

/** What is done everywhere. */
const EVERYWHERE = {
  'mod+k': 'palette',
  '?': 'help',
  '/': 'filter',
  c: 'create',
  Escape: 'escape',
} as const;

/** What the grid of a plan's page does with keys of its own. */
const IN_THE_GRID = {
  'j k': 'lane',
  Enter: 'open',
  x: 'select',
  n: 'problem',
  f: 'follow',
  t: 'times',
  '+ - 0': 'zoom',
} as const;

type TaskAction = (typeof TASK_ACTIONS)[number];

/** A key and what it does: its words are in the catalogue under its name, an action's under the action's. */
export type Shortcut =
  | { kind: 'everywhere'; key: string; name: (typeof EVERYWHERE)[keyof typeof EVERYWHERE] }
  | { kind: 'goTo'; key: string; name: (typeof GO_TO)[keyof typeof GO_TO] }
  | { kind: 'actions'; key: string; names: TaskAction[] }
  | { kind: 'grid'; key: string; name: (typeof IN_THE_GRID)[keyof typeof IN_THE_GRID] };

/** Actions that share a key are one line: which of them is meant follows from the task. */
function actionKeys(): Shortcut[] {
  const byKey = new Map<string, TaskAction[]>();
  for (const name of TASK_ACTIONS) {
    const { key } = ACTIONS[name];
    byKey.set(key, [...(byKey.get(key) ?? []), name]);
  }
  return [...byKey].map(([key, names]) => ({ kind: 'actions', key, names }));
}

const named = <K extends Shortcut['kind'], Name extends string>(kind: K, keys: Record<string, Name>) =>
  (Object.entries(keys) as [string, Name][]).map(([key, name]) => ({ kind, key, name }));

/** Every key there is, in the order of the help. */
export const SHORTCUTS: readonly Shortcut[] = [
  ...named('everywhere', EVERYWHERE),
  ...named('goTo', GO_TO),
  ...actionKeys(),
  ...named('grid', IN_THE_GRID),
];

/** The keys that act on a task. */
export const ACTION_KEYS: readonly string[] = actionKeys().map(({ key }) => key);
