import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Instances } from './targets/instances';
import type { FromTargets, ToTargets } from './targets/protocol';

/**
 * The instances of all tenants, in a process of their own: the second witness of a run. Told what to do by the process
 * that forked it, and ends when that one does.
 */
function main(seed: number, firstVersion: string): void {
  const instances = new Instances(seed, firstVersion);
  const server = createServer((request, response) => {
    instances.answer(request, response).catch((error: unknown) => {
      console.error(error);
      response.destroy();
    });
  });
  server.keepAliveTimeout = 2000;
  const tell = (message: FromTargets) => process.send?.(message);
  process.on('message', (message: ToTargets) => {
    if (message.type === 'behave') instances.behaviour = message.behaviour;
    else {
      writeFileSync(message.file, JSON.stringify(instances.calls));
      tell({ type: 'logged', counts: instances.counts, versions: instances.versions() });
    }
  });
  process.on('disconnect', () => process.exit(0));
  // The one who forked it decides when to stop; a Ctrl-C reaches the whole group.
  process.on('SIGINT', () => {});
  server.listen(0, '127.0.0.1', () => tell({ type: 'ready', port: (server.address() as AddressInfo).port }));
}

main(Number(process.argv[2]), process.argv[3] ?? 'v0');
