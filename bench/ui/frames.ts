import { median, percentile } from '../figures';
import type { Opened } from './page';

/** How smoothly a page ran for a while. */
export interface Frames {
  perSecond: number;
  /** The slowest of a hundred frames, in milliseconds. */
  p99: number;
  /** What the page's thread had of a core. */
  busy: number;
  /** Most elements there were at once. */
  nodes: number;
}

const SCROLL_PIXELS_PER_SECOND = 3000;
const ROUNDS = 3;

/** The median of some rounds, figure by figure: whatever else the machine does disturbs one of them. */
export async function inRounds(count: () => Promise<Frames>): Promise<Frames> {
  const rounds: Frames[] = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await count());
  const middle = (of: keyof Frames) => median(rounds.map((frames) => frames[of]));
  return {
    perSecond: middle('perSecond'),
    p99: middle('p99'),
    busy: middle('busy'),
    nodes: Math.max(...rounds.map(({ nodes }) => nodes)),
  };
}

/** Counts the frames of a while, in which `meanwhile` goes on. */
export async function countFrames(
  opened: Opened,
  millis: number,
  meanwhile: () => Promise<unknown> = async () => {},
): Promise<Frames> {
  const before = await computed(opened);
  const began = performance.now();
  const [counted] = await Promise.all([opened.page.evaluate(framesOf, millis), meanwhile()]);
  const busy = (await computed(opened)) - before;
  const { gaps, nodes } = counted;
  const total = gaps.reduce((sum, gap) => sum + gap, 0);
  return {
    perSecond: (gaps.length / total) * 1000,
    p99: percentile(gaps, 0.99),
    busy: (busy * 1000) / (performance.now() - began),
    nodes,
  };
}

/** The same while somebody turns the wheel over the lanes without a pause, down and up again. */
export function scrollFrames(opened: Opened, millis: number): Promise<Frames> {
  const distance = (SCROLL_PIXELS_PER_SECOND * millis) / 2000;
  return countFrames(opened, millis, async () => {
    for (const way of [-1, 1])
      await opened.cdp.send('Input.synthesizeScrollGesture', {
        x: 700,
        y: 700,
        yDistance: way * distance,
        speed: SCROLL_PIXELS_PER_SECOND,
        gestureSourceType: 'mouse',
        preventFling: true,
      });
  });
}

async function computed({ cdp }: Opened): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
}

/** Runs in the page. */
function framesOf(millis: number): Promise<{ gaps: number[]; nodes: number }> {
  return new Promise((resolve) => {
    const gaps: number[] = [];
    const all = document.getElementsByTagName('*');
    let nodes = 0;
    let last = performance.now();
    const end = last + millis;
    const frame = () => {
      const now = performance.now();
      gaps.push(now - last);
      last = now;
      nodes = Math.max(nodes, all.length);
      if (now < end) requestAnimationFrame(frame);
      else resolve({ gaps, nodes });
    };
    requestAnimationFrame(frame);
  });
}
