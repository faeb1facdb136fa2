'use client';

import { createContext, type ReactNode, useContext, useMemo } from 'react';
import type { SentenceReader } from './sentence-reader';
import { sentenceReader } from './sentence-reader';
import type { Sentences } from './server-sentences';

const Context = createContext<SentenceReader | null>(null);

/** Lets what is below say in the language of the page what the server says in English. */
export function SentencesProvider(props: { sentences: Sentences | undefined; children: ReactNode }) {
  const { sentences, children } = props;
  const reader = useMemo(() => (sentences ? sentenceReader(sentences) : null), [sentences]);
  return <Context value={reader}>{children}</Context>;
}

/** Says what the server said in the language of the page; what it does not know stays as it is. */
export function useSay(): <T extends string | null | undefined>(text: T) => T {
  const reader = useContext(Context);
  return useMemo(() => {
    const say = (text: string | null | undefined) => (text && reader ? (reader(text) ?? text) : text);
    return say as <T extends string | null | undefined>(text: T) => T;
  }, [reader]);
}

/** What the server said, for showing: marked as English where only that is known, so that it is read out as such. */
export function Said({ text }: { text: string }) {
  const reader = useContext(Context);
  if (!reader) return text;
  const told = reader(text) ?? text;
  // What somebody wrote may be in any language; only words without any other letters are ours.
  const isEnglish = told === text && /[A-Za-z]{2,}/.test(text) && !/\p{Script=Han}/u.test(text);
  return isEnglish ? <span lang="en">{text}</span> : told;
}
