import type { Locale } from '@/components/i18n/locale';

/** Each language by the name it gives itself. */
export const LANGUAGE_NAMES: Record<Locale, string> = { en: 'English', 'zh-CN': '简体中文' };
