import { setTimeout as delay } from 'node:timers/promises';
import { call } from '@/server/testing/switchyard';
import { Viewer } from './viewer';

/**
 * An operator who starts one small plan after the other, in a process of its own as a browser is; then says how many
 * milliseconds lay between each click and the stored start of its task.
 */
const [url = '', ...plans] = process.argv.slice(2);
const CLICK_EVERY_MS = 50;

const viewer = await Viewer.connect(url);
const taken: number[] = [];
for (const planId of plans) {
  const { planSeq } = await call<{ planSeq: number }>(url, 'plans.get', 'query', { planId });
  await viewer.follow(planId, planSeq);
  const started = viewer.until((event) => event.planId === planId && event.kind === 'TaskStarted');
  const clicked = Date.now();
  await call(url, 'plans.start', 'mutation', { planId });
  taken.push(Date.parse((await started).event.at) - clicked);
  viewer.leave(planId);
  await delay(CLICK_EVERY_MS);
}
console.log(`result ${JSON.stringify(taken)}`);
process.exit(0);
