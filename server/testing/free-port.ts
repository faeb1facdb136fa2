import { createServer } from 'node:net';

/** Above those that systems hand out: whoever connects somewhere meanwhile is given none of these. */
const FIRST_PORT = 61_000;
/** Each worker has its own: what one has killed for a while must not lose its port to a program of another. */
const PORTS = 1100;
const WORKERS = 4;
const first = FIRST_PORT + (Number(process.env.VITEST_POOL_ID ?? process.pid) % WORKERS) * PORTS;
/** Whole runs at the same time begin apart. */
let nextPort = process.pid * 13;

/** A port of the loopback interface that nobody listens at; for programs that cannot tell which one they took. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < PORTS; tries += 1) {
    const port = first + (nextPort++ % PORTS);
    if (await isFree(port)) return port;
  }
  throw new Error(`Every port from ${first} is taken.`);
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
