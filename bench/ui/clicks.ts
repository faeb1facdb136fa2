import type { Opened } from './page';

/** From the click on Pause until the requested pill is painted, in milliseconds, for tasks that wait. */
export async function clickPause(opened: Opened, times: number): Promise<number[]> {
  const { page } = opened;
  const taken: number[] = [];
  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
  for (let index = 0; index < times; index += 1) {
    const button = page
      .locator('[data-task][data-status=PENDING]')
      .nth(-1 - index)
      .getByRole('button', { name: /^Pause/ });
    await button.hover();
    const pill = button.evaluate(untilPill);
    await button.click();
    taken.push(await pill);
  }
  return taken;
}

/** Runs in the page; not a number when nothing was shown. */
function untilPill(button: Element): Promise<number> {
  const task = button.closest<HTMLElement>('[data-task]')?.dataset.task;
  return new Promise((resolve) => {
    setTimeout(() => resolve(Number.NaN), 10_000);
    button.addEventListener(
      'click',
      (click) => {
        const look = () => {
          const lane = document.querySelector(`[data-task="${task}"]`);
          const answered =
            lane?.getAttribute('data-status') === 'PAUSED' || lane?.querySelector('[class*="pill"]');
          if (answered) resolve(performance.now() - click.timeStamp);
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      },
      { once: true, capture: true },
    );
  });
}

/** Filters and looks around as people do, so that the browser has interactions to measure. */
export async function lookAround({ page }: Opened): Promise<void> {
  await page.evaluate(() => window.scrollTo(0, 0));
  const filter = page.getByLabel('Filter by tenant');
  await filter.click();
  await page.keyboard.type('t99', { delay: 120 });
  await filter.clear();
  const chips = page.locator('button[data-status]');
  for (let index = 0; index < Math.min(2, await chips.count()); index += 1) {
    await chips.nth(index).click();
    await chips.nth(index).click();
  }
  const attention = page.getByText('Needs attention first');
  await attention.click({ force: true });
  await attention.click({ force: true });
}
