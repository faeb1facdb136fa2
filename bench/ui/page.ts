import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from '@playwright/test';
import { chromiumFlags, findChromium } from '@/scripts/chromium';

export const ACCOUNT = { email: 'bench@example.com', password: 'correct horse battery' };
const STUCK_MILLIS = 60_000;
const SETTLED_MILLIS = 10_000;
const VIEWPORT = { width: 1440, height: 900 };

/** A page of somebody who is signed in, and what the browser tells of it. */
export interface Opened {
  page: Page;
  cdp: CDPSession;
  /** Bytes that came over the wire, by the path of their address. */
  received: Map<string, number>;
  /** Its scripts and what the API answered, unpacked, by their path. */
  bodies: Map<string, { type: string; body: Buffer }>;
}

/** A browser with one person in it. */
export class Visitor {
  private constructor(
    private readonly browser: Browser,
    private readonly context: BrowserContext,
  ) {}

  static async signIn(url: string): Promise<Visitor> {
    const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumFlags });
    const context = await browser.newContext({ viewport: VIEWPORT, locale: 'en-GB', timezoneId: 'UTC' });
    context.setDefaultTimeout(STUCK_MILLIS);
    // The bundler that runs these programs names functions by a helper, which pages do not have.
    await context.addInitScript('globalThis.__name ??= (named) => named');
    const answer = await context.request.post(`${url}/api/auth/sign-in/email`, {
      data: ACCOUNT,
      headers: { origin: url },
    });
    if (!answer.ok()) throw new Error(`Nobody could sign in: ${await answer.text()}`);
    return new Visitor(browser, context);
  }

  /** Opens an address as on a first visit. */
  async open(url: string): Promise<Opened> {
    const page = await this.context.newPage();
    const cdp = await this.context.newCDPSession(page);
    const received = new Map<string, number>();
    const bodies: Opened['bodies'] = new Map();
    const requests = new Map<string, { path: string; type: string }>();
    const reading: Promise<void>[] = [];
    await cdp.send('Network.enable');
    await cdp.send('Network.setCacheDisabled', { cacheDisabled: true });
    // By what the page's thread had of a core: others may use the same cores.
    await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
    cdp.on('Network.responseReceived', ({ requestId, response, type }) => {
      const { pathname } = new URL(response.url, url);
      requests.set(requestId, { path: pathname, type });
    });
    cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      const request = requests.get(requestId);
      if (!request) return;
      const { path, type } = request;
      received.set(path, (received.get(path) ?? 0) + encodedDataLength);
      if (type === 'Script' || path.startsWith('/api/'))
        reading.push(
          cdp.send('Network.getResponseBody', { requestId }).then(({ body, base64Encoded }) => {
            bodies.set(path, { type, body: Buffer.from(body, base64Encoded ? 'base64' : 'utf8') });
          }),
        );
    });
    await page.addInitScript(observeVitals);
    await page.goto(url, { waitUntil: 'load' });
    // Nothing more is asked for once it shows what it has.
    await page.waitForLoadState('networkidle', { timeout: SETTLED_MILLIS }).catch(() => {});
    await Promise.allSettled(reading);
    return { page, cdp, received, bodies };
  }

  async close(): Promise<void> {
    await this.browser.close();
  }
}

/** Slows the page's computing down by a factor; 1 is as it is. */
export const throttle = ({ cdp }: Opened, rate: number) =>
  cdp.send('Emulation.setCPUThrottlingRate', { rate });

/** What the browser measured of a page since it was opened, in milliseconds where it is a time. */
export interface Vitals {
  lcp: number;
  cls: number;
  /** The slowest answer to a click or key, as it was painted. */
  inp: number;
}

/** Runs in the page, before anything else. */
function observeVitals(): void {
  const vitals = { lcp: 0, cls: 0, inp: 0 };
  Object.assign(globalThis, { vitals });
  const observe = (type: string, take: (entry: PerformanceEntry) => void) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({
      type,
      buffered: true,
      durationThreshold: 16,
    } as PerformanceObserverInit);
  observe('largest-contentful-paint', (entry) => {
    vitals.lcp = entry.startTime;
  });
  observe('layout-shift', (entry) => {
    const { hadRecentInput, value } = entry as PerformanceEntry & { hadRecentInput: boolean; value: number };
    if (!hadRecentInput) vitals.cls += value;
  });
  observe('event', (entry) => {
    const { interactionId } = entry as PerformanceEntry & { interactionId: number };
    if (interactionId) vitals.inp = Math.max(vitals.inp, entry.duration);
  });
}

export const vitalsOf = ({ page }: Opened): Promise<Vitals> =>
  page.evaluate(() => ({ ...(globalThis as unknown as { vitals: Vitals }).vitals }));
