import { appendFileSync, readFileSync } from 'node:fs';

/**
 * Loaded into a server process before anything else: notes every moment in which its event loop stood still, and how
 * much of it the main thread was at work (Linux tells that): a machine that did not let it run is no fault of the server.
 */
const EVERY_MS = 10;
const WORTH_NOTING_MS = 40;

const file = process.env.CHAOS_STALLS_FILE;
const schedule = `/proc/self/task/${process.pid}/schedstat`;

/** Milliseconds that the main thread has been at work; elsewhere than on Linux, all that have passed. */
function worked(): number {
  try {
    return Number(readFileSync(schedule, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return performance.now();
  }
}

let last = performance.now();
let lastWorked = worked();

function look(): void {
  const now = performance.now();
  const gap = now - last - EVERY_MS;
  if (gap > WORTH_NOTING_MS) {
    const own = Math.min(gap, worked() - lastWorked);
    if (file) appendFileSync(file, `${JSON.stringify({ at: Date.now(), millis: gap, own })}\n`);
  }
  lastWorked = worked();
  last = performance.now();
}

if (file) setInterval(look, EVERY_MS).unref();
