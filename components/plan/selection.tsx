'use client';

import { createContext, type ReactNode, useContext, useState, useSyncExternalStore } from 'react';

/** Which tasks are chosen: some by one, or everything that the present filter shows. */
export class Selection {
  #ids: ReadonlySet<string> = new Set();
  #everything = false;
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Chosen one by one. */
  readonly ids = (): ReadonlySet<string> => this.#ids;
  /** Everything that matches is chosen, what comes to match later as well. */
  readonly everything = (): boolean => this.#everything;

  toggle(taskId: string, shown: () => readonly string[]): void {
    const next = new Set(this.#everything ? shown() : this.#ids);
    if (!next.delete(taskId)) next.add(taskId);
    this.#set(next, false);
  }

  all(): void {
    this.#set(new Set(), true);
  }

  clear(): void {
    if (this.#everything || this.#ids.size > 0) this.#set(new Set(), false);
  }

  #set(ids: ReadonlySet<string>, everything: boolean): void {
    this.#ids = ids;
    this.#everything = everything;
    for (const listener of this.#listeners) listener();
  }
}

const Context = createContext<Selection | null>(null);

export function SelectionProvider({ children }: { children: ReactNode }) {
  const [selection] = useState(() => new Selection());
  return <Context value={selection}>{children}</Context>;
}

/** The selection of this plan's page; null where tasks cannot be chosen. */
export function useSelection(): Selection | null {
  return useContext(Context);
}

const NOTHING = { subscribe: () => () => {}, read: () => false };

/** Whether this task is chosen; re-renders for this task alone. */
export function useChosen(taskId: string): boolean {
  const selection = useSelection();
  const read = () => selection !== null && (selection.everything() || selection.ids().has(taskId));
  return useSyncExternalStore(selection?.subscribe ?? NOTHING.subscribe, read, NOTHING.read);
}

/** Whether any task is chosen. */
export function useAnyChosen(): boolean {
  const selection = useSelection();
  const read = () => selection !== null && (selection.everything() || selection.ids().size > 0);
  return useSyncExternalStore(selection?.subscribe ?? NOTHING.subscribe, read, NOTHING.read);
}

/** The chosen ones of those shown. */
export function useChosenIds(shown: () => readonly string[]): {
  ids: readonly string[];
  everything: boolean;
} {
  const selection = useSelection();
  if (!selection) throw new Error('useChosenIds needs a SelectionProvider above it');
  const ids = useSyncExternalStore(selection.subscribe, selection.ids, selection.ids);
  const everything = useSyncExternalStore(selection.subscribe, selection.everything, selection.everything);
  return { ids: everything ? shown() : [...ids], everything };
}
