import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { json } from 'node:stream/consumers';
import { startEmbeddedPostgres } from '@/db/embedded/launcher';
import { makeScratchFolder } from '@/db/testing/scratch';
import { TEST_CERTIFICATE, TEST_KEY } from '@/server/steps/testing/test-certificate';
import { freePort } from '@/server/testing/free-port';

/** All code blocks of a language in a page, in order. */
export function blocksOf(file: string, language: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/^```([^\n]+)\n([\s\S]*?)^```$/gm)].flatMap(([, name, block = '']) =>
    name === language ? [block] : [],
  );
}

/** What a newcomer has before they begin: a database, a proxy with a certificate, and services that know nothing of us. */
export interface NewcomersWorld {
  /** Where they type. */
  folder: string;
  env: Record<string, string>;
  /** A block of the page with the names and addresses of this world. */
  inItsPlaces(block: string): string;
  /** What each service runs. */
  releases(): Record<string, string>;
  /** What they were told, in order. */
  backends(): string[];
  close(): Promise<void>;
}

export async function startNewcomersWorld(home: string, names: readonly string[]): Promise<NewcomersWorld> {
  const folder = path.join(home, 'newcomer');
  mkdirSync(folder);
  const dataDir = makeScratchFolder();
  const database = await startEmbeddedPostgres({ dataDir, durable: false, log: () => {} });
  const told: string[] = [];
  const services = new Map<string, Service>();
  for (const name of names) services.set(name, await startService(told));
  const port = await freePort();
  const proxy = await startProxy(folder, port);
  const places: [string, string][] = [
    ['postgres://switchyard:secret@db.example.com:5432/switchyard', database.url],
    ['https://switchyard.example.com', proxy.url],
    ...[...services].map(([name, { url }]): [string, string] => [`http://${name}.example.com:8080`, url]),
    ...names.map((name): [string, string] => [`${name}.example.com`, '127.0.0.1']),
  ];
  const certificate = path.join(folder, 'cert.pem');
  return {
    folder,
    env: { PORT: `${port}`, NODE_EXTRA_CA_CERTS: certificate, CURL_CA_BUNDLE: certificate },
    inItsPlaces: (block) => places.reduce((text, [theirs, here]) => text.replaceAll(theirs, here), block),
    releases: () => Object.fromEntries([...services].map(([name, { release }]) => [name, release()])),
    backends: () => told,
    close: async () => {
      await proxy.close();
      for (const { server } of services.values()) {
        server.closeAllConnections();
        server.close();
      }
      await database.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

interface Service {
  server: Server;
  url: string;
  release(): string;
}

/** Takes settings and says what it runs, in words of its own. */
async function startService(told: string[]): Promise<Service> {
  let release = 'blue';
  const server = createServer(async (request, response) => {
    if (request.method === 'PUT' && request.url === '/settings') {
      const settings = (await json(request)) as { release: string; backend: string };
      release = settings.release;
      told.push(settings.backend);
      response.writeHead(204).end();
    } else if (request.url === '/status') response.end(JSON.stringify({ release }));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { server, url: `http://127.0.0.1:${port}`, release: () => release };
}

/** A real one, with a certificate, that passes what is said to it on. */
async function startProxy(folder: string, to: number): Promise<{ url: string; close(): Promise<void> }> {
  const [certificate, key] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')];
  writeFileSync(certificate, TEST_CERTIFICATE);
  writeFileSync(key, TEST_KEY);
  const [port, apiPort] = [await freePort(), await freePort()];
  const program = path.resolve('node_modules/configurable-http-proxy/bin/configurable-http-proxy');
  const child = spawn(process.execPath, [
    ...[
      program,
      '--ip',
      '127.0.0.1',
      '--port',
      `${port}`,
      '--api-ip',
      '127.0.0.1',
      '--api-port',
      `${apiPort}`,
    ],
    ...['--ssl-cert', certificate, '--ssl-key', key, '--default-target', `http://127.0.0.1:${to}`],
  ]);
  const ended = once(child, 'exit');
  const listens = new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk) => /Proxying https/.test(String(chunk)) && resolve());
    void ended.then(() => reject(new Error('The proxy ended.')));
  });
  await listens;
  return {
    url: `https://127.0.0.1:${port}`,
    close: async () => {
      child.kill();
      await ended;
    },
  };
}
