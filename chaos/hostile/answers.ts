import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Random } from '../random';

/** A request as the target read it. */
export interface Asked {
  method: string;
  path: string;
  headers: Readonly<Record<string, string>>;
}

/** What an instance would say if it were well. */
export interface Truth {
  version: string;
  digest: string;
  /** Rises with every change. */
  revision: number;
}

/** Writes whatever it writes, and may cut the connection. */
export type Oddity = (socket: Socket, truth: Truth, random: Random) => unknown;

const MIB = 1024 * 1024;
const json = (value: unknown) => JSON.stringify(value);
const said = (truth: Truth) => ({
  ok: true,
  status: 'ok',
  message: 'all is well',
  etag: `e${truth.revision}`,
  items: [{ id: `i${truth.revision}`, value: truth.revision }],
  ...truth,
});

/** The answer of an instance that is well: everything a playbook may ask for, trailers included. */
export function wellAnswer(truth: Truth, encode: boolean): Buffer {
  const { version, digest } = truth;
  const told = encode ? { ...truth, version: base64(version), digest: base64(digest) } : truth;
  const body = json(said(told));
  return raw(200, { 'transfer-encoding': 'chunked', trailer: 'x-nonce', ...marks(truth) }, [
    `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\nx-nonce: n${truth.revision}\r\n\r\n`,
  ]);
}

const base64 = (text: string) => Buffer.from(text).toString('base64');
const marks = ({ revision }: Truth) => ({
  'content-type': 'application/json',
  etag: `"e${revision}"`,
  'x-revision': String(revision),
});

function raw(status: number | string, headers: Record<string, string>, body: (string | Buffer)[]): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `HTTP/1.1 ${status} ${status === 200 ? 'OK' : 'Odd'}\r\n${lines.join('')}\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), ...body.map((one) => Buffer.from(one as string))]);
}

/** A whole answer with the length that it has. */
function whole(status: number, body: string | Buffer, headers: Record<string, string> = {}): Buffer {
  const length = String(Buffer.byteLength(body));
  return raw(status, { 'content-type': 'application/json', ...headers, 'content-length': length }, [body]);
}

const telling =
  (make: (truth: Truth, random: Random) => Buffer): Oddity =>
  (socket, truth, random) =>
    socket.write(make(truth, random));
/** The same, and the connection is cut at once. */
const cutAfter =
  (make: (truth: Truth, random: Random) => Buffer): Oddity =>
  (socket, truth, random) =>
    socket.write(make(truth, random), () => socket.destroy());
/** The version told as something else than it is. */
const telledAs = (value: (truth: Truth) => unknown) =>
  telling((truth) => whole(200, json({ ...said(truth), version: value(truth), etag: value(truth) })));

const nested = (depth: number, open: string, close: string, middle: string) =>
  `${open.repeat(depth)}${middle}${close.repeat(depth)}`;

/** Bytes, texts and values that are hard to read, keep or show. */
const BODIES: Record<string, Oddity> = {
  'NUL bytes': telling((truth) => whole(200, `\0${json(said(truth))}\0\0`)),
  'NUL in every text': telling((truth) =>
    whole(200, json({ ...said(truth), version: `${truth.version}\0`, etag: 'e\0', message: 'a\0b' })),
  ),
  'halves of surrogate pairs': telling(() =>
    whole(
      200,
      '{"ok":true,"status":"ok","version":"\\ud800","etag":"\\udfff","message":"\\ud83d \\ud83d\\ude00"}',
    ),
  ),
  'an error with a NUL and half a pair': telling(() =>
    whole(500, '{"error":{"message":"it broke \\u0000 \\ud800"}}'),
  ),
  'invalid UTF-8': telling(() =>
    whole(200, Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0xc0, 0xaf, 0xed, 0xa0, 0x80])),
  ),
  'another charset': telling((truth) =>
    whole(200, Buffer.from(`{"version":"${truth.version}","message":"gr\xfc\xdfe"}`, 'latin1'), {
      'content-type': 'application/json; charset=iso-8859-1',
    }),
  ),
  'UTF-16 with a BOM': telling((truth) => whole(200, Buffer.from(`\ufeff${json(said(truth))}`, 'utf16le'))),
  'a BOM before JSON': telling((truth) => whole(200, `\ufeff${json(said(truth))}`)),
  'no body': telling(() => whole(200, '')),
  '1 MiB': telling(() => whole(200, `{"ok":true,"message":"${'m'.repeat(MIB - 24)}"}`)),
  'a byte more than 1 MiB': telling(() => whole(200, 'x'.repeat(MIB + 1))),
  '1 MiB of brackets': telling(() => whole(200, '['.repeat(MIB))),
  '1 MiB of small values': telling(() => whole(200, `[${'0,'.repeat(MIB / 2 - 2)}0]`)),
  '1 MiB of keys': telling(() =>
    whole(200, `{${Array.from({ length: 60_000 }, (_, index) => `"k${index}":${index}`).join()}}`),
  ),
  'an error of 1 MiB': telling(() => whole(500, json({ error: { message: 'why '.repeat(MIB / 4 - 16) } }))),
  'JSON as deep as a well': telling((_, random) =>
    whole(200, nested(random.oneOf([90, 5000, 100_000]), '{"version":', '}', '1')),
  ),
  'huge numbers': telling((truth) =>
    whole(
      200,
      `{"ok":true,"status":"ok","version":${'9'.repeat(400)},"revision":1e999,"etag":-1e-999,"digest":${truth.revision}}`,
    ),
  ),
  'a version that is a number': telledAs((truth) => truth.revision),
  'a version that is nothing': telledAs(() => null),
  'a version that is a list': telledAs((truth) => [truth.version]),
  'a version that is an object': telledAs((truth) => ({ toString: truth.version, valueOf: null })),
  'a version that is true': telledAs(() => true),
  'a version of 100,000 letters': telledAs(() => 'v'.repeat(100_000)),
  'a version with signs that move the cursor': telledAs(() => '\u001b[2J\u202ev2\u0007\r\n<script>'),
  'keys of every object': telling((truth) =>
    whole(
      200,
      `{"__proto__":{"version":"${truth.version}","ok":true},"constructor":{"prototype":{"ok":true}},"ok":true}`,
    ),
  ),
  'an error inside a 200': telling(() =>
    whole(200, '{"ok":false,"status":"error","error":{"message":"no, not at all"}}'),
  ),
  'HTML where JSON was': telling(() =>
    whole(200, '<html><body>Bad gateway</body></html>', { 'content-type': 'text/html' }),
  ),
  'what a slow pattern would hang on': telling(() => whole(200, `${'a'.repeat(100_000)}!`)),
  'a template in the answer': telledAs(() => '{{secret.TOKEN}}{{tenant.id}}'),
  'gzip without saying so': telling((truth) => whole(200, gzipSync(json(said(truth))))),
  'gzip that says so': telling((truth) =>
    whole(200, gzipSync(json(said(truth))), { 'content-encoding': 'gzip' }),
  ),
  'gzip that is none': telling((truth) => whole(200, json(said(truth)), { 'content-encoding': 'gzip' })),
};

/** Answers that break off, never begin, or are no HTTP. */
const CONNECTIONS: Record<string, Oddity> = {
  'a length too short': cutAfter((truth) => raw(200, { 'content-length': '10' }, [json(said(truth))])),
  'a length too long': cutAfter((truth) => raw(200, { 'content-length': '9999' }, [json(said(truth))])),
  'two lengths': cutAfter((truth) =>
    raw(200, { 'content-length': '10', 'Content-Length': '12' }, [json(said(truth))]),
  ),
  'a length that is no number': cutAfter((truth) =>
    raw(200, { 'content-length': '-1' }, [json(said(truth))]),
  ),
  'a length and chunks': cutAfter((truth) =>
    raw(200, { 'content-length': '3', 'transfer-encoding': 'chunked' }, [
      `3\r\n${json(said(truth))}\r\n0\r\n\r\n`,
    ]),
  ),
  'half an answer': cutAfter((truth) => whole(200, json(said(truth))).subarray(0, 60)),
  'half a body': cutAfter((truth) => {
    const answer = whole(200, json(said(truth)));
    return answer.subarray(0, answer.length - 20);
  }),
  'a cut': (socket) => socket.destroy(),
  'a reset': (socket) => socket.resetAndDestroy(),
  'chunks of garbage': cutAfter(() => raw(200, { 'transfer-encoding': 'chunked' }, ['zz\r\nabc\r\n'])),
  'chunks without an end': cutAfter(() => raw(200, { 'transfer-encoding': 'chunked' }, ['5\r\nhello\r\n'])),
  'no answer': () => {},
  'an answer that drips': async (socket, truth) => {
    for (const byte of whole(200, json(said(truth)))) {
      if (socket.destroyed) return;
      socket.write(Buffer.of(byte));
      await delay(25);
    }
  },
  'headers that never end': async (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n');
    for (let index = 0; index < 400 && !socket.destroyed; index += 1) {
      socket.write(`x-${index}: ${'y'.repeat(200)}\r\n`);
      await delay(5);
    }
  },
  'a flood': async (socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n');
    const wave = Buffer.alloc(64 * 1024, 'f');
    for (let index = 0; index < 200 && !socket.destroyed; index += 1)
      if (!socket.write(wave))
        await Promise.race([delay(200), new Promise((done) => socket.once('drain', done))]);
    socket.destroy();
  },
  'two answers': telling((truth) => Buffer.concat([whole(200, json(said(truth))), whole(500, 'again')])),
  'an answer and garbage after it': telling((truth) =>
    Buffer.concat([whole(200, json(said(truth))), Buffer.from('\0\xff!')]),
  ),
  'an end after an answer that promised to stay': (socket, truth) =>
    socket.write(whole(200, json(said(truth)), { connection: 'keep-alive' }), () => socket.destroy()),
  'another protocol': cutAfter(() => Buffer.from('SSH-2.0-OpenSSH_9.2\r\n')),
  'bare bytes': cutAfter((_, random) => Buffer.from(Array.from({ length: 300 }, () => random.below(256)))),
  'HTTP of another age': cutAfter((truth) => Buffer.from(`HTTP/1.0 200\r\n\r\n${json(said(truth))}`)),
};

/** Statuses and headers at the edge. */
const HEADS: Record<string, Oddity> = {
  'an answer before the answer': telling((truth) =>
    Buffer.concat([
      Buffer.from('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'),
      whole(200, json(said(truth))),
    ]),
  ),
  'a switch of protocols': cutAfter(() => raw(101, { upgrade: 'websocket', connection: 'upgrade' }, [])),
  'nothing to say': telling(() => raw(204, {}, [])),
  'a 204 with a body': cutAfter(() => raw(204, { 'content-length': '5' }, ['hello'])),
  'not modified': telling(() => raw(304, { etag: '"old"' }, [])),
  'a way to somewhere else': telling((_, random) =>
    whole(random.oneOf([301, 302, 307, 308]), '', {
      location: random.oneOf([
        '/',
        'http://169.254.169.254/latest/meta-data',
        'file:///etc/passwd',
        'http://[::1]:1/',
      ]),
    }),
  ),
  'a refusal': telling((_, random) =>
    whole(
      random.oneOf([400, 401, 403, 404, 405, 408, 409, 410, 412, 413, 418, 422, 423, 428, 429, 451]),
      '{"error":"no"}',
      {
        'retry-after': random.oneOf(['0', '-1', 'soon', '99999999999']),
      },
    ),
  ),
  'a failure': telling((_, random) =>
    whole(random.oneOf([500, 501, 502, 503, 504, 507, 511, 520, 599]), json({ message: 'not now' })),
  ),
  'a status that is none': cutAfter((_, random) =>
    Buffer.from(
      `HTTP/1.1 ${random.oneOf(['000', '099', '99', '101', '1000', 'abc', '666 \u00ff'])} x\r\n\r\n`,
    ),
  ),
  'thousands of headers': telling((truth) =>
    raw(
      200,
      {
        ...Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`x-${index}`, 'y'])),
        'content-length': '2',
      },
      [truth.version === '' ? '' : '{}'],
    ),
  ),
  'a header of 64 KiB': telling((truth) =>
    whole(200, json(said(truth)), { etag: `"${'e'.repeat(64 * 1024)}"` }),
  ),
  'a header of 12 KiB': telling((truth) =>
    whole(200, json(said(truth)), { ...marks(truth), etag: `"${'e'.repeat(12 * 1024)}"` }),
  ),
  'headers twice': telling((truth) =>
    whole(200, json(said(truth)), {
      ...marks(truth),
      ETag: '"other"',
      'X-Revision': '0',
      'Content-Type': 'text/html',
    }),
  ),
  'a header with bytes of its own': cutAfter((truth) =>
    whole(200, json(said(truth)), { etag: '"\xff\xfe\x01\x7f"', 'x-revision': '\xe4\xf6' }),
  ),
  'a header that goes on in the next line': cutAfter((truth) =>
    whole(200, json(said(truth)), { etag: '"a\r\n b"', 'x-revision': '1\rset-cookie: a=b' }),
  ),
  'a header with a NUL': cutAfter((truth) => whole(200, json(said(truth)), { etag: 'a\0b' })),
  'a tag that is a header': telling((truth) =>
    whole(200, json({ ...said(truth), etag: 'e\r\nx-injected: 1', revision: '1\n2' }), marks(truth)),
  ),
  'odd trailers': telling((truth) =>
    raw(200, { ...marks(truth), 'transfer-encoding': 'chunked' }, [
      `2\r\n{}\r\n0\r\nx-nonce: \r\nx-nonce: ${'n'.repeat(2000)}\r\ncontent-length: 5\r\n__proto__: 1\r\n\r\n`,
    ]),
  ),
};

export const ODDITIES: Readonly<Record<string, Oddity>> = { ...BODIES, ...CONNECTIONS, ...HEADS };
