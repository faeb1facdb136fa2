import { createServer } from 'node:net';

/** Above those that systems hand out: whoever connects somewhere meanwhile is given none of these. */
const FIRST_PORT = 61_000;
const PORTS = 4500;
/** Processes that test at the same time begin apart. */
let nextPort = process.pid * 13;

/** A port of the loopback interface that nobody listens at; for programs that cannot tell which one they took. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < PORTS; tries += 1) {
    const port = FIRST_PORT + (nextPort++ % PORTS);
    if (await isFree(port)) return port;
  }
  throw new Error(`Every port from ${FIRST_PORT} is taken.`);
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
