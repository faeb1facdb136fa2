import { createTranslator } from 'use-intl';
import { describe, expect, it } from 'vitest';
import { messagesFor } from './catalogue';
import { LOCALES } from './locale';
import { sentencesFor } from './server-sentences';

type Tree = { readonly [key: string]: string | Tree };

/** Every message with its address. */
function leaves(tree: Tree, path: string[] = []): [path: string, message: string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[[...path, key].join('.'), value]] : leaves(value, [...path, key]),
  );
}

/** The names of what is filled in; a word in braces after `one` or `other` is a form of the plural. */
const placeholders = (message: string): string[] =>
  [
    ...new Set([...message.matchAll(/(?<!(?:one|other) )\{(\w+)(?=[,}])/g)].map(([, name = '']) => name)),
  ].sort();

/** The names of what is marked up, such as a link in the middle of a sentence. */
const tags = (message: string): string[] =>
  [...new Set([...message.matchAll(/<(\w+)>/g)].map(([, name = '']) => name))].sort();

describe.each(LOCALES)('in %s', (locale) => {
  it('every message can be made', () => {
    const t = createTranslator({
      locale,
      messages: messagesFor(locale),
      onError: (error) => {
        throw error;
      },
    });
    const made = t.markup as (
      key: string,
      values: Record<string, number | ((chunks: string) => string)>,
    ) => string;
    for (const [path, message] of leaves(messagesFor(locale))) {
      const values = Object.fromEntries(placeholders(message).map((name) => [name, 2]));
      const marked = Object.fromEntries(tags(message).map((name) => [name, () => name]));
      expect(made(path, { ...values, ...marked }), path).not.toBe('');
    }
  });

  it('every message fills in what it does in English', () => {
    const english = new Map(leaves(messagesFor('en')));
    for (const [path, message] of leaves(messagesFor(locale))) {
      expect(placeholders(message), path).toEqual(placeholders(english.get(path) ?? ''));
      expect(tags(message), path).toEqual(tags(english.get(path) ?? ''));
    }
  });
});

it('Chinese has punctuation of its own width', () => {
  const told = [...leaves(messagesFor('zh-CN')), ...Object.entries(sentencesFor('zh-CN') ?? {})];
  const narrow = told.filter(([, text]) => /\p{Script=Han}[,:;?!(]|[,:;?!)]\p{Script=Han}/u.test(text));
  expect(narrow).toEqual([]);
});
