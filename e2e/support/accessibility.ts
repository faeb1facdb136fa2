import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/** The languages of the console. */
export const LANGUAGES = ['en', 'zh-CN'] as const;
type Language = (typeof LANGUAGES)[number];

/**
 * What axe finds on each screen, in each language, light and dark, as one line for each rule; empty when all is well.
 */
export async function violationsOn(
  page: Page,
  url: string,
  routes: readonly string[],
  languages: readonly Language[] = LANGUAGES,
): Promise<string[]> {
  const found: string[] = [];
  const all = languages.flatMap((language) => routes.map((route) => ({ language, route })));
  for (const { language, route } of all) {
    await speak(page, url, language);
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await page.goto(`${url}${route}`);
    await page.waitForLoadState('networkidle');
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      // The page follows the system's scheme by itself, once it has heard of it.
      await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor({ state: 'attached' });
      const axe = axeOn(page);
      // What has nothing to do with colours was found in the light already.
      if (colorScheme === 'dark') axe.withRules(OF_COLOURS);
      const { violations } = await axe.analyze();
      for (const { id, nodes } of violations)
        found.push(
          `${route} in ${language}, ${colorScheme}: ${id}: ${nodes.map((node) => node.html).join(' ')}`,
        );
    }
  }
  return found;
}

/** The rules of axe that look at colours. */
const OF_COLOURS = ['color-contrast', 'link-in-text-block'];

/** Nothing here is in a frame of another origin, the one thing for which axe would need a page of its own each time. */
export const axeOn = (page: Page) =>
  new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });

/** From the next page on. */
export const speak = (page: Page, url: string, language: Language): Promise<void> =>
  page.context().addCookies([{ name: 'locale', value: language, url }]);
