import type { Locale } from './locale';

/** Each language by the name it gives itself. */
export const LANGUAGE_NAMES: Record<Locale, string> = { en: 'English', 'zh-CN': '简体中文' };
