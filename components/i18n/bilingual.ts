import type { Locale } from './locale';

/** The same keys in another language. */
type Translated<T> = { readonly [K in keyof T]: T[K] extends string ? string : Translated<T[K]> };

/** Messages of one area in both languages; a key missing in the second does not compile. */
export function bilingual<const T>(en: T, zh: Translated<T>): Record<Locale, T> {
  // The English literals type the placeholders of every translation.
  return { en, 'zh-CN': zh as T };
}
