import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

const OURS = /^\/socket\.io\/(?:\?|$)/;

/**
 * Refuses at once every request to become something else than a connection of socket.io. Nobody here would answer or
 * close it: it would stay open for as long as its sender likes, and the server could not end.
 */
export function refuseOtherUpgrades(http: HttpServer): void {
  http.prependListener('upgrade', (request: IncomingMessage, socket: Duplex) => {
    if (OURS.test(request.url ?? '')) return;
    socket.on('error', () => {});
    socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n', () =>
      socket.destroy(),
    );
  });
}
