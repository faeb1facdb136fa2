import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import zlib from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { httpCallOf } from './http-settings';
import { sendRequest } from './send-request';
import { stepContext } from './testing/step-context';

/** Answers every connection with these bytes, after the request came. */
let server: Server;
let bytes: Buffer;
beforeEach(async () => {
  server = createServer((socket) => {
    socket.on('error', () => undefined).once('data', () => socket.end(bytes));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => server.close());

function answering(head: string, body: Buffer | string = '') {
  const content = Buffer.from(body);
  bytes = Buffer.concat([Buffer.from(`${head}\r\ncontent-length: ${content.length}\r\n\r\n`), content]);
}
const ask = async () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const endpoint = { key: 'a', url };
  return sendRequest(stepContext([endpoint]), httpCallOf({ method: 'GET', url: '/' }), endpoint);
};
const text = async () => {
  const answer = await ask();
  return answer.ok ? answer.raw.text : answer.message;
};

const OK = 'HTTP/1.1 200 OK';
const HELLO = '{"say":"ü€"}';

describe('the text of an answer', () => {
  it.each([
    ['gzip', zlib.gzipSync(HELLO)],
    ['x-gzip', zlib.gzipSync(HELLO)],
    ['deflate', zlib.deflateSync(HELLO)],
    ['deflate', zlib.deflateRawSync(HELLO)],
    ['br', zlib.brotliCompressSync(HELLO)],
    ['GZIP, br', zlib.brotliCompressSync(zlib.gzipSync(HELLO))],
    ['identity', Buffer.from(HELLO)],
    ['gzip', Buffer.concat([zlib.gzipSync(HELLO.slice(0, 4)), zlib.gzipSync(HELLO.slice(4))])],
  ])('is unpacked from %s', async (encoding, body) => {
    answering(`${OK}\r\ncontent-encoding: ${encoding}`, body);
    expect(await text()).toBe(HELLO);
  });

  it.each([
    ['', Buffer.from(`\ufeff${HELLO}`)],
    ['; charset=utf-8', Buffer.from(HELLO)],
    ['; charset="UTF-16LE"', Buffer.from(HELLO, 'utf16le')],
    ['', Buffer.from(`\ufeff${HELLO}`, 'utf16le')],
    ['; charset=iso-8859-1', Buffer.from(`\ufeff${HELLO}`, 'utf16le').swap16()],
    ['; charset=nobody-knows', Buffer.from(HELLO)],
  ])('is read in its character set (%s)', async (charset, body) => {
    answering(`${OK}\r\ncontent-type: application/json${charset}`, body);
    expect(await text()).toBe(HELLO);
  });

  it('of an older set is read as that', async () => {
    answering(`${OK}\r\ncontent-type: text/plain; x=y; charset=iso-8859-15`, Buffer.from([0xfc, 0xa4]));
    expect(await text()).toBe('ü€');
  });

  it.each([
    ['HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'],
    ['HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n'],
    ['HTTP/1.1 100 Continue\r\n\r\n'],
    ['HTTP/1.1 100 Continue\r\nx-a: b\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n'],
  ])('comes after what announces it', async (before) => {
    answering(`${before}${OK}`, HELLO);
    expect(await text()).toBe(HELLO);
  });

  it('comes after a 100 that came byte by byte, and may look like one itself', async () => {
    const like = 'HTTP/1.1 100 Continue\r\n\r\n';
    const answer = `${like}${OK}\r\ncontent-length: ${like.length}\r\n\r\n${like}`;
    const slow = createServer({ noDelay: true }, (socket) => {
      socket.on('error', () => undefined);
      // The connection is kept: every request on it gets the same.
      socket.on('data', async () => {
        for (const byte of answer) await new Promise<void>((sent) => socket.write(byte, () => sent()));
      });
    });
    slow.listen(0, '127.0.0.1');
    await once(slow, 'listening');
    const endpoint = { key: 'a', url: `http://127.0.0.1:${(slow.address() as AddressInfo).port}` };
    const context = stepContext([endpoint]);
    for (let request = 1; request <= 3; request += 1) {
      const told = await sendRequest(context, httpCallOf({ method: 'PUT', url: '/', body: 'x' }), endpoint);
      expect(told).toMatchObject({ ok: true, raw: { text: like } });
    }
    await context.http.close();
    slow.close();
  });

  it('may be nothing, also packed', async () => {
    answering('HTTP/1.1 200 OK\r\ncontent-encoding: gzip');
    expect(await text()).toBe('');
  });
});

describe('an answer that cannot be read', () => {
  it.each([
    [
      'a small one that is large',
      'gzip',
      zlib.gzipSync(Buffer.alloc(1024 * 1024 + 1)),
      'sent more than 1 MiB once unpacked',
    ],
    [
      'a bomb',
      'br',
      zlib.brotliCompressSync(Buffer.alloc(200 * 1024 * 1024)),
      'sent more than 1 MiB once unpacked',
    ],
    [
      'a bomb in a bomb',
      'br, gzip',
      zlib.gzipSync(zlib.brotliCompressSync(Buffer.alloc(50 * 1024 * 1024))),
      'sent more than 1 MiB once unpacked',
    ],
    ['plain text', 'gzip', Buffer.from(HELLO), 'sent a body that is not gzip, although it says so'],
    [
      'the half',
      'gzip',
      zlib.gzipSync(HELLO).subarray(0, 15),
      'sent a body that is not gzip, although it says so',
    ],
    [
      'another packing',
      'compress',
      Buffer.from(HELLO),
      'sent a body packed as compress, which is not supported',
    ],
  ])('%s is named', async (_name, encoding, body, message) => {
    answering(`${OK}\r\ncontent-encoding: ${encoding}`, body);
    expect(await ask()).toMatchObject({ ok: false, message });
  });

  it.each([
    ['one', 1],
    ['many', 600],
  ])('for %s too large headers is named', async (_name, count) => {
    const header = `x-a: ${'a'.repeat(Math.ceil(20_000 / count))}`;
    answering(`${OK}\r\n${Array.from({ length: count }, () => header).join('\r\n')}`, HELLO);
    expect(await ask()).toMatchObject({ ok: false, message: 'sent more than 16 KiB of headers' });
  });
});
