import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Dispatcher } from 'undici';
import { targetGuardOf } from '@/server/security/target-guard';

/** As much as an HTTP answer may have. */
export const MEGABYTE = 1024 * 1024;
const LOOK_MILLIS = 50;

/** More came than is read; the connection is cut. */
export class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge';
  constructor(message = 'answered with more than 1 MiB') {
    super(message);
  }
}

/** Throws {@link AnswerTooLarge} when more came already than is read: it may have come between two looks. */
export function assertBounded(socket: Socket): void {
  if (socket.bytesRead > MEGABYTE) throw new AnswerTooLarge();
}

/** Cuts a connection with {@link AnswerTooLarge} when more comes than is read. */
export function bound(socket: Socket, most: number): void {
  // Not by its data: what is encrypted passes by the socket.
  const watch = setInterval(() => {
    if (socket.bytesRead > most) socket.destroy(new AnswerTooLarge());
  }, LOOK_MILLIS).unref();
  socket.once('close', () => clearInterval(watch));
}

/**
 * A connection to what steps may call: the host and every address it stands for are judged, and what was judged is what is
 * connected to. It is cut when more comes than 1 MiB (or `most` bytes), and when the signal says so. Rejects with what the
 * network or the guard says.
 */
export async function guardedSocket(
  http: Dispatcher,
  { host, port }: { host: string; port: number },
  signal: AbortSignal,
  most = MEGABYTE,
): Promise<Socket> {
  signal.throwIfAborted();
  const lookup = targetGuardOf(http).guard(host, port);
  const socket = connect({ host, port, lookup });
  // Whoever uses it hears of the error as well; until then nobody would.
  socket.on('error', () => undefined);
  const abort = () => socket.destroy(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  bound(socket, most);
  socket.once('close', () => signal.removeEventListener('abort', abort));
  await once(socket, 'connect');
  return socket;
}
