import { Manager } from 'socket.io-client';
import { version } from '@/package.json';
import { type Answer, ask, versionIn } from '../ask';
import type { Check } from '../check';
import { type Finding, fail, ok, warn } from '../finding';

/** Whether the public address leads to the server, as browsers need it. */
export const proxy: Check = {
  name: 'public address',
  look: async ({ env: { publicUrl } }, signal) => {
    if (!publicUrl) return [];
    const health = await ask(new URL('/healthz', publicUrl), signal);
    const found = publicFound(publicUrl, health);
    if (found.some(({ level }) => level === 'fail')) return found;
    const [sockets, plain] = await Promise.all([
      webSocketOpens(publicUrl, signal),
      askPlain(publicUrl, signal),
    ]);
    return [...found, socketsFound(publicUrl, sockets), ...(plain ? plainFound(publicUrl, plain) : [])];
  },
};

export function publicFound({ origin, protocol }: URL, health: Answer): Finding[] {
  if ('error' in health)
    return [
      fail(
        `${origin} does not answer (${health.error})`,
        'Browsers reach nothing there, unless this host alone is kept out',
        'Look at its name, its certificate and the proxy',
      ),
    ];
  const theirs = versionIn(health);
  if (theirs === null)
    return [
      fail(
        `${origin}/healthz answers ${health.status}, and not as this server does`,
        'The proxy leads elsewhere, or its server is down',
        'Let it pass every path to the address and PORT of the server',
      ),
    ];
  const answers =
    theirs === version
      ? ok(`${origin} leads to the server, version ${theirs}`)
      : warn(
          `${origin} leads to version ${theirs}, this is ${version}`,
          'Not all nodes run the same build',
          'Finish the upgrade',
        );
  return protocol === 'https:' ? [answers, tlsFound(origin, health.headers)] : [answers];
}

/** The server says this header wherever it makes cookies Secure. */
function tlsFound(origin: string, headers: Record<string, unknown>): Finding {
  if (headers['strict-transport-security']) return ok('it is served as https: cookies are Secure');
  return warn(
    `${origin} answers without Strict-Transport-Security`,
    'The server that runs does not know that browsers speak https, so cookies may not be Secure',
    'Restart it with this SWITCHYARD_PUBLIC_URL, and let the proxy send X-Forwarded-Proto and pass headers on',
  );
}

/** Null when a WebSocket opened; it enters no room, and is closed at once. */
async function webSocketOpens(url: URL, signal: AbortSignal): Promise<string | null> {
  const manager = new Manager(url.origin, {
    transports: ['websocket'],
    reconnection: false,
    autoConnect: false,
    timeout: 3000,
  });
  const close = () => manager._close();
  signal.addEventListener('abort', close, { once: true });
  try {
    return await new Promise((resolve) => manager.open((error) => resolve(error ? error.message : null)));
  } finally {
    signal.removeEventListener('abort', close);
    close();
  }
}

export function socketsFound({ origin }: URL, error: string | null): Finding {
  if (error === null) return ok('WebSockets pass');
  return warn(
    `no WebSocket opens at ${origin} (${error})`,
    'Pages stay live by polling, with more load, and not at all without sticky sessions',
    'Let the proxy pass Upgrade and Connection at /socket.io/',
  );
}

/** What the same address says without TLS; null where that is none of its usual ports. */
async function askPlain(url: URL, signal: AbortSignal): Promise<Answer | null> {
  if (url.protocol !== 'https:' || url.port !== '') return null;
  return ask(new URL(`http://${url.host}/healthz`), signal);
}

export function plainFound({ host }: URL, answer: Answer): Finding[] {
  if ('error' in answer) return [ok(`nothing answers at http://${host}`)];
  const to = String(answer.headers.location ?? '');
  if (answer.status >= 300 && answer.status < 400 && to.startsWith('https:'))
    return [ok(`http://${host} leads to https`)];
  return [
    warn(
      `http://${host} answers ${answer.status} and does not lead to https`,
      'Who types the address without https sends it in the clear',
      'Let the proxy redirect to https',
    ),
  ];
}
