import { io, type Socket } from 'socket.io-client';
import { onTestFinished } from 'vitest';
import type { LiveClientMessages, LiveServerMessages } from '@/server/realtime/protocol';

export type LiveSocket = Socket<LiveServerMessages, LiveClientMessages>;

/** A connection with a key of its own, closed at the end of the test that opens it; throws why it is refused. */
export async function openLiveSocket(url: string, key: string): Promise<LiveSocket> {
  const socket: LiveSocket = io(`${url}/live`, {
    extraHeaders: { authorization: `Bearer ${key}` },
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
  });
  onTestFinished(() => void socket.close());
  await new Promise<void>((resolve, reject) => {
    socket.on('connect', resolve);
    socket.on('connect_error', reject);
  });
  return socket;
}
