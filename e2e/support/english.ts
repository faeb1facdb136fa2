import type { Page } from '@playwright/test';
import { DEMO_TENANTS, displayName } from '@/demo/tenants';

/** What somebody called something in English: it is shown as it was written, in every language. */
const NAMES = [
  ...DEMO_TENANTS.map(({ tenantId }) => displayName(tenantId)),
  'Edge router',
  'For your own experiments',
  'Switch the edge routers to green',
  'Blue/green switch',
  'Blue/green, with a pause to settle',
  'Send configuration',
  'Tell instances',
  'Confirm version',
  'Let traffic move',
  'Config',
  'Reload',
  'Settle',
  'Health',
  'Chrome, Linux',
  'Chrome, Windows',
  'What runs today',
  'Green backend, HTTP/3',
  'Green backend, a little more patient',
];

/** What is English on a page although it is read in another language: two words and more, names and code left out. */
export async function englishOn(page: Page): Promise<string[]> {
  const texts = await page.evaluate(() => {
    const found = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode())
      if (!node.parentElement?.closest('code, kbd, pre, script, style, noscript, [translate=no]'))
        found.push(node.textContent ?? '');
    const READ = ['aria-label', 'aria-description', 'title', 'placeholder', 'alt'];
    for (const element of document.body.querySelectorAll(
      ':not([translate=no], [translate=no] *, textarea[aria-hidden=true])',
    ))
      for (const name of READ) found.push(element.getAttribute(name) ?? '');
    return found;
  });
  const english = texts.filter((text) => /[A-Za-z]{2,},? [A-Za-z]{2,}/.test(withoutNames(text)));
  return [...new Set(english.map((text) => text.trim().slice(0, 200)))];
}

const withoutNames = (text: string): string => NAMES.reduce((rest, name) => rest.replaceAll(name, '–'), text);
