import { setTimeout as delay } from 'node:timers/promises';
import { call } from '@/server/testing/switchyard';
import { percentile } from '../figures';

/**
 * Somebody who looks around while a plan runs, one request after the other, in a process of its own as a browser is: until
 * its input ends; then says how long the answers took.
 */
const [url = '', planId = ''] = process.argv.slice(2);
const ASK_EVERY_MS = 50;

const QUESTIONS: [string, object | undefined][] = [
  ['plans.list', {}],
  ['plans.get', { planId }],
  ['plans.snapshot', { planId, columns: true }],
  ['tasks.list', { planId, status: ['FAILED', 'RUNNING'], limit: 200 }],
  ['tasks.get', { taskId: `${planId}.1` }],
  ['plans.events', { planId, after: 0 }],
  ['tenants.list', {}],
  ['executor.nodes', undefined],
  ['audit.list', {}],
];

/** The slowest and the usual answer to one kind of request, in milliseconds. */
export interface Asked {
  procedure: string;
  count: number;
  p50: number;
  max: number;
}

let asking = true;
process.stdin.on('end', () => {
  asking = false;
});
process.stdin.resume();

const taken = new Map<string, number[]>(QUESTIONS.map(([procedure]) => [procedure, []]));
while (asking) {
  for (const [procedure, input] of QUESTIONS) {
    const began = performance.now();
    await call(url, procedure, 'query', input);
    taken.get(procedure)?.push(performance.now() - began);
    await delay(ASK_EVERY_MS);
  }
}
const asked: Asked[] = [...taken].map(([procedure, all]) => ({
  procedure,
  count: all.length,
  p50: percentile(all, 0.5),
  max: Math.max(...all),
}));
console.log(`result ${JSON.stringify(asked)}`);
process.exit(0);
