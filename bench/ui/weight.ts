import { performance } from 'node:perf_hooks';
import { gzipSync } from 'node:zlib';
import { median } from '../figures';
import { type Opened, type Visitor, vitalsOf } from './page';

const KILOBYTE = 1024;

/** What a screen weighs and how it comes up on a first visit. */
export interface Screen {
  route: string;
  /** Its scripts, each gzipped, in KB. */
  scripts: number;
  /** What the API answered it, as it came over the wire, in KB. */
  api: number;
  lcp: number;
  cls: number;
}

/** Opens a screen some times; what it weighs is always the same, how long it takes is the median. */
export async function weigh(
  visitor: Visitor,
  url: string,
  route: string,
  { named = route, times = 3 }: { named?: string; times?: number } = {},
): Promise<Screen> {
  const visits: Screen[] = [];
  for (let time = 0; time < times; time += 1) {
    const opened = await visitor.open(`${url}${route}`);
    const { lcp, cls } = await vitalsOf(opened);
    visits.push({ route: named, ...weightOf(opened), lcp, cls });
    await opened.page.close();
  }
  console.log(`  weighed ${named}`);
  const middle = (of: (screen: Screen) => number) => median(visits.map(of));
  return {
    route: named,
    scripts: middle(({ scripts }) => scripts),
    api: middle(({ api }) => api),
    lcp: middle(({ lcp }) => lcp),
    cls: middle(({ cls }) => cls),
  };
}

function weightOf({ bodies, received }: Opened): Pick<Screen, 'scripts' | 'api'> {
  let api = 0;
  for (const [path, bytes] of received) if (path.startsWith('/api/')) api += bytes;
  let gzipped = 0;
  for (const { type, body } of bodies.values()) if (type === 'Script') gzipped += gzipSync(body).length;
  return { scripts: gzipped / KILOBYTE, api: api / KILOBYTE };
}

/** The answer from which a page of a plan is made. */
export interface Snapshot {
  rawKilobytes: number;
  wireKilobytes: number;
  parseMillis: number;
}

export function weighSnapshot({ bodies, received }: Opened): Snapshot {
  const path = [...bodies.keys()].find((name) => name.includes('plans.snapshot'));
  if (path === undefined) throw new Error('The page of the plan asked for no snapshot');
  const body = bodies.get(path)?.body.toString() ?? '';
  const parses = Array.from({ length: 9 }, () => {
    const began = performance.now();
    JSON.parse(body);
    return performance.now() - began;
  });
  return {
    rawKilobytes: Buffer.byteLength(body) / KILOBYTE,
    wireKilobytes: (received.get(path) ?? 0) / KILOBYTE,
    parseMillis: median(parses),
  };
}
