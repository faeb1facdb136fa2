import type dns from 'node:dns';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseTargetAllow } from './target-allow';
import { checkTarget, createTargetDispatcher, TargetRefused } from './target-guard';

const judge = (url: string, allow: string) =>
  checkTarget(new URL(url), parseTargetAllow(allow))?.message ?? 'allowed';

describe('the allow-list', () => {
  it.each([
    ['http://edge-1.example:8080/x', 'edge-1.example'],
    ['http://edge-1.example:8080/x', 'edge-1.example:8080'],
    ['https://edge-1.example/x', 'EDGE-1.example:443'],
    ['http://edge-1.example./x', 'edge-1.example'],
    ['http://a.b.example/', '*.example'],
    ['http://10.1.2.3/', '10.0.0.0/8'],
    ['http://10.1.2.3:81/', '10.0.0.0/8:81'],
    ['http://[fd12::1]:9000/', '[fd12::]:9000, fd12::/16'],
    ['http://127.0.0.1:3100/', '127.0.0.1:3100'],
    ['http://anything.example/', '*'],
  ])('%s is allowed by %s', (url, allow) => expect(judge(url, allow)).toBe('allowed'));

  it.each([
    ['http://edge-1.example/', ''],
    ['http://edge-2.example/', 'edge-1.example'],
    ['http://edge-1.example:81/', 'edge-1.example:80'],
    ['http://example/', '*.example'],
    ['http://evilexample/', '*.example'],
    ['http://11.1.2.3/', '10.0.0.0/8'],
    ['http://10.1.2.3:82/', '10.0.0.0/8:81'],
    ['ftp://edge-1.example/', '*'],
    ['file:///etc/passwd', '*'],
  ])('%s is refused by %j', (url, allow) => expect(judge(url, allow)).not.toBe('allowed'));

  it.each([
    'http://169.254.169.254/latest/meta-data',
    'http://0xa9fea9fe/',
    'http://2852039166/',
    'http://[::ffff:169.254.169.254]/',
    'http://[::169.254.169.254]/',
    'http://[64:ff9b::169.254.169.254]/',
    'http://[2002:a9fe:a9fe::1]/',
    'http://[fe80::1]/',
    'http://[fd00:ec2::254]/',
    'http://[fd00:ec2::23]/',
    'http://[fd00:ec2::253]/',
    'http://[64:ff9b:1::a9fe:a9fe]/',
    'http://[64:ff9b:1:ffff::1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://[::ffff:0:10.0.0.1]/',
    'http://[::ffff:0:a9fe:a9fe]/',
    'http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/',
    'http://[2001::1]/',
    'http://[fec0::1]/',
    'http://[feff::1]/',
    'http://[febf::1]/',
    'http://[ff02::1]/',
    'http://[fe80::5efe:a9fe:a9fe]/',
    'http://[2001:db8::200:5efe:a9fe:a9fe]/',
    'http://192.0.0.192/',
    'http://168.63.129.16/',
    'http://metadata.goog/',
    'http://metadata.azure.internal/',
    'http://metadata.tencentyun.com/',
    'http://METADATA/',
    'http://instance-data.eu-west-1.compute.internal/',
    'http://100.100.100.200/',
    'http://metadata.google.internal/',
    'http://metadata.google.internal./',
    'http://0.0.0.0/',
    'http://[::]/',
    'http://[::2]/',
    'http://255.255.255.255/',
  ])('%s is never called, even if listed', (url) => {
    const host = new URL(url).hostname.replace(/\.$/, '');
    expect(judge(url, '*')).not.toBe('allowed');
    expect(judge(url, `${host.replace(/^\[(.*)\]$/, '$1')}, ::/0`)).not.toBe('allowed');
    expect(judge(url, `${host}, 169.254.0.0/16, ::/0, 0.0.0.0/0`)).not.toBe('allowed');
  });

  it('says what to set', () => {
    expect(judge('http://edge-1.example:8080/', '')).toBe(
      'edge-1.example:8080 was not called: steps may call nothing yet. Set SWITCHYARD_TARGET_ALLOW=edge-1.example:8080 (a comma list) and restart',
    );
    expect(judge('http://edge-1.example:8080/', 'other')).toContain(
      'Add edge-1.example:8080 to SWITCHYARD_TARGET_ALLOW',
    );
  });

  it.each(['http://x', '10.0.0.0/33', '1.2.3', 'host:0', 'host:99999', 'a b', '*.', '[::1', 'fe80::/129'])(
    'refuses the entry %j',
    (entry) => expect(() => parseTargetAllow(entry)).toThrow(`"${entry}" is not`),
  );
});

describe('the dispatcher', () => {
  let server: Server;
  let port: number;

  beforeAll(async () => {
    server = createServer((req, res) => {
      if (req.url === '/moved') res.writeHead(302, { location: 'http://169.254.169.254/' }).end();
      else if (req.url === '/huge') res.end(Buffer.alloc(9 * 1024 * 1024));
      else res.end('hello');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  /** Answers every name with these addresses, as a DNS server under someone else's control would. */
  const answering = (...addresses: string[]) =>
    ((_name: string, _options: unknown, callback: (error: null, found: dns.LookupAddress[]) => void) =>
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      )) as unknown as typeof dns.lookup;

  async function call(url: string, allow: string, resolve?: typeof dns.lookup): Promise<string> {
    const dispatcher = createTargetDispatcher({ allow: parseTargetAllow(allow), resolve });
    try {
      const answer = await request(url, { dispatcher });
      return `${answer.statusCode} ${(await answer.body.text()).slice(0, 10)}`;
    } catch (error) {
      return error instanceof TargetRefused ? `refused: ${error.message}` : `failed: ${String(error)}`;
    } finally {
      await dispatcher.destroy();
    }
  }

  it('reaches what is listed', async () => {
    expect(await call(`http://127.0.0.1:${port}/`, '127.0.0.1')).toBe('200 hello');
    expect(await call(`http://localhost:${port}/`, `localhost:${port}`, answering('127.0.0.1'))).toBe(
      '200 hello',
    );
    expect(await call(`http://edge.example:${port}/`, `127.0.0.0/8:${port}`, answering('127.0.0.1'))).toBe(
      '200 hello',
    );
  });

  it('checks literal addresses, for which node calls no lookup', async () => {
    expect(await call(`http://127.0.0.1:${port}/`, '127.0.0.2')).toContain('refused: 127.0.0.1');
  });

  it('refuses a listed name that resolves to metadata, or to this machine', async () => {
    expect(
      await call(`http://edge.example:${port}/`, 'edge.example', answering('169.254.169.254')),
    ).toContain('refused');
    expect(await call(`http://edge.example:${port}/`, '*', answering('169.254.169.254'))).toContain(
      'refused',
    );
    expect(await call(`http://edge.example:${port}/`, 'edge.example', answering('127.0.0.1'))).toContain(
      'this machine',
    );
  });

  it.each(['fe80::1%eth0', 'fd00:ec2::23', '::ffff:10.0.0.1', '64:ff9b:1::1', 'fec0::1%2', 'not an address'])(
    'refuses a listed name that resolves to %s',
    async (address) => {
      const answer = await call(`http://edge.example:${port}/`, 'edge.example, ::/0', answering(address));
      expect(answer).toContain('refused: edge.example');
    },
  );

  it('knows this machine behind a translated address', async () => {
    for (const address of ['64:ff9b::7f00:1', '2002:7f00:1::1'])
      expect(await call(`http://edge.example:${port}/`, 'edge.example', answering(address))).toContain(
        'refused',
      );
  });

  it('refuses a name as soon as one of its addresses is outside the list', async () => {
    const lookup = answering('127.0.0.1', '10.0.0.1');
    expect(await call(`http://edge.example:${port}/`, '127.0.0.0/8', lookup)).toContain(
      'its address 10.0.0.1 is not on',
    );
  });

  it('follows no redirect and reads at most 2 MiB', async () => {
    expect(await call(`http://127.0.0.1:${port}/moved`, '127.0.0.1')).toContain('302');
    expect(await call(`http://127.0.0.1:${port}/huge`, '127.0.0.1')).toContain('failed');
  });
});
