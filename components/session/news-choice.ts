'use client';

import { useSyncExternalStore } from 'react';
import { TOPICS, type Topic } from '@/domain/view/news';
import { forgetCookie, readCookie, writeCookie } from './preferences';

/** What a person wants to be told in this browser; null for nothing. */
export interface NewsChoice {
  topics: readonly Topic[];
  /** Of plans that they made, or of all. */
  mine: boolean;
}

const COOKIE = 'news';
const MINE = 'mine';
export const USUAL_NEWS: NewsChoice = { topics: TOPICS, mine: true };

const listeners = new Set<() => void>();
let known: { text: string; choice: NewsChoice | null } = { text: '', choice: null };

export function useNewsChoice(): NewsChoice | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => {
      const text = readCookie(COOKIE) ?? '';
      if (text !== known.text) known = { text, choice: readNewsChoice(text) };
      return known.choice;
    },
    () => null,
  );
}

/** Reads what was kept; whatever else it says counts as nothing. */
export function readNewsChoice(text: string): NewsChoice | null {
  const words = text.split('.');
  const topics = TOPICS.filter((topic) => words.includes(topic));
  return topics.length > 0 ? { topics, mine: words.includes(MINE) } : null;
}

export const newsChoiceText = ({ topics, mine }: NewsChoice): string =>
  [...topics, ...(mine ? [MINE] : [])].join('.');

export function rememberNewsChoice(choice: NewsChoice | null): void {
  if (choice && choice.topics.length > 0) writeCookie(COOKIE, newsChoiceText(choice));
  else forgetCookie(COOKIE);
  for (const listener of listeners) listener();
}
