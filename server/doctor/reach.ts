import { once } from 'node:events';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type TargetDispatcher, TargetRefused } from '@/server/security/target-guard';

export interface Place {
  host: string;
  port: number;
  tls: boolean;
}

/** Why something was not reached. */
export type Hindrance = 'refused' | 'unresolved' | 'untrusted' | 'silent' | 'closed';

/** Null when a connection was made; else why not, with what the guard or the network says. */
export type Reached = null | { why: Hindrance; detail: string };

const CONNECT_MS = 2000;
const PORTS: Readonly<Record<string, number>> = { 'https:': 443, 'redis:': 6379, 'rediss:': 6379 };

export function placeOf(url: URL): Place {
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (PORTS[url.protocol] ?? 80),
    tls: url.protocol === 'https:' || url.protocol === 'rediss:',
  };
}

/** Connects, with TLS where it is spoken, and hangs up: nothing is asked. Whoever is not to be called is not called. */
export async function reach(
  { host, port, tls }: Place,
  guard: TargetDispatcher,
  signal: AbortSignal,
  millis = CONNECT_MS,
): Promise<Reached> {
  let socket: Socket | undefined;
  let named = isIP(host) !== 0;
  const late = AbortSignal.any([signal, AbortSignal.timeout(millis)]);
  try {
    const lookup = guard.guard(host, port);
    const servername = named ? {} : { servername: host };
    socket = tls ? connectTls({ host, port, lookup, ...servername }) : connect({ host, port, lookup });
    socket.on('error', () => undefined);
    socket.once('lookup', (error: Error | null) => {
      named = error === null;
    });
    await once(socket, tls ? 'secureConnect' : 'connect', { signal: late });
    return null;
  } catch (error) {
    return hindranceOf(error, late.aborted ? (named ? 'no connection' : 'no address') : null, millis);
  } finally {
    socket?.destroy();
  }
}

function hindranceOf(error: unknown, missing: string | null, millis: number): Reached {
  if (error instanceof TargetRefused) return { why: 'refused', detail: error.message };
  if (missing !== null)
    return {
      why: missing === 'no address' ? 'unresolved' : 'silent',
      detail: `${missing} within ${millis / 1000} s`,
    };
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (['ENOTFOUND', 'EAI_AGAIN', 'ENODATA'].includes(code)) return { why: 'unresolved', detail: code };
  if (/CERT|SIGNATURE/.test(code)) return { why: 'untrusted', detail: code };
  return { why: 'closed', detail: code || message };
}
