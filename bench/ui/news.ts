import { setTimeout as delay } from 'node:timers/promises';
import type { LiveEvent } from '@/domain/view/plan-view';
import type { Viewer } from '../system/viewer';
import type { World } from '../system/world';
import type { Opened } from './page';

/** When each event was stored that a page can show, by `<task> <what>`; in epoch milliseconds of this machine. */
export class Stored {
  readonly at = new Map<string, number>();
  ended = false;

  constructor(viewer: Viewer, planId: string) {
    viewer.each((event: LiveEvent) => {
      if (event.planId !== planId) return;
      if (event.taskId === null) this.ended ||= event.kind === 'PlanCompleted' || event.kind === 'PlanFailed';
      const key = keyOf(event);
      if (key) this.at.set(key, Date.parse(event.at));
    });
  }
}

function keyOf(event: LiveEvent): string | null {
  if (event.kind === 'TaskFailed') return `${event.taskId} failed`;
  if (event.kind === 'StageStarted') return `${event.taskId} stage ${Number(event.payload.stageIndex) + 1}`;
  return null;
}

/** How long news took from their commit until they were painted within the viewport, in milliseconds. */
export interface News {
  stages: number[];
  failures: number[];
}

/** Looks at the top of the page for a while, in which some tasks fail. */
export async function watchNews(
  opened: Opened,
  world: World,
  stored: Stored,
  { millis, failures }: { millis: number; failures: number },
): Promise<News> {
  await opened.page.evaluate(() => window.scrollTo(0, 0));
  const seen = opened.page.evaluate(firstSeen, millis);
  for (let index = 0; index < failures; index += 1) {
    await delay(millis / (failures + 2));
    world.failNext();
  }
  const first = await seen;
  const ages = (what: string) =>
    first.flatMap(([key, at]) => {
      const storedAt = stored.at.get(key);
      return key.includes(what) && storedAt !== undefined ? [at - storedAt] : [];
    });
  return { stages: ages(' stage '), failures: ages(' failed') };
}

/** Runs in the page: when each lane in the viewport was first painted with so many stages, or as failed. */
function firstSeen(millis: number): Promise<[string, number][]> {
  return new Promise((resolve) => {
    const first = new Map<string, number>();
    // What was there before says nothing, and neither does a lane that only came into view.
    let known: ReadonlyMap<string, number> | null = null;
    const end = performance.now() + millis;
    const frame = () => {
      const now = performance.timeOrigin + performance.now();
      const stages = new Map<string, number>();
      for (const lane of document.querySelectorAll<HTMLElement>('[data-task]')) {
        const { top, bottom } = lane.getBoundingClientRect();
        if (top < 0 || bottom > window.innerHeight) continue;
        const task = lane.dataset.task ?? '';
        const count = lane.querySelectorAll('[data-outcome]').length;
        stages.set(task, count);
        const before = known?.get(task);
        if (before !== undefined && count > before) first.set(`${task} stage ${count}`, now);
        const failed = `${task} failed`;
        if (lane.dataset.status === 'FAILED' && !first.has(failed)) first.set(failed, known ? now : 0);
      }
      known = stages;
      if (performance.now() < end) requestAnimationFrame(frame);
      else resolve([...first].filter(([, at]) => at > 0));
    };
    requestAnimationFrame(frame);
  });
}
