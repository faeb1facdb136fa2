import { afterEach, describe, expect, it, vi } from 'vitest';
import { Reached } from '@/server/steps/reach';
import { runStep } from '@/server/steps/registry';
import { stepContext } from '@/server/steps/testing/step-context';
import { Timeouts } from '@/server/steps/testing/timeouts';
import { rowsAnswer } from './rows-answer';
import { mariadbSays, OddServer, postgresSays } from './testing/odd-server';

const { message, proof, loggedIn, ready, done } = postgresSays;
const SET = done('SET');
const SASL = proof(10, 'SCRAM-SHA-256\0\0');
const inDoubt = 'may have been carried out all the same';

let server: OddServer | undefined;
// What is not to run out runs out by itself never.
let timeouts: Timeouts;
afterEach(async () => {
  vi.restoreAllMocks();
  await server?.close();
});

async function run(driver: 'postgresql' | 'mariadb', replies: Buffer[], settings: object = {}, change = {}) {
  timeouts = new Timeouts();
  const mariadb = driver === 'mariadb';
  server = await OddServer.start(replies, { speaksFirst: mariadb });
  const step = {
    ...{ name: 'set', type: 'sql', driver, username: 'target', password: '{{secret.password}}' },
    ...{ url: `${mariadb ? 'mariadb' : 'postgres'}://127.0.0.1:${server.port}/target`, inDoubt: 'ask' },
    ...{ statements: [{ sql: 'SELECT 1' }] },
    ...settings,
  };
  return runStep(step, stepContext([], change));
}

describe('a sql step whose PostgreSQL', () => {
  it.each<[string, Buffer[], RegExp]>([
    ['is none', [Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')], /this is no message of PostgreSQL/],
    ['asks for nothing in particular', [message('R')], /not as PostgreSQL writes it/],
    ['asks for what is not known', [proof(7)], /a proof of who one is that is not known here \(number 7\)/],
    ['offers no proof that is known', [proof(10, 'SCRAM-SHA-512\0\0')], /no SCRAM-SHA-256/],
    ['goes on with a proof that did not begin', [proof(11, 'r=a,s=AAAA,i=1')], /number 11/],
    ['says no salt', [SASL, proof(11, 'r=a,i=4096')], /not as PostgreSQL writes it/],
    ['has it compute for hours', [SASL, proof(11, 'r=a,s=AAAA,i=2000000000')], /2000000000 rounds of SCRAM/],
    ['leaves its own proof out', [SASL, Buffer.concat([proof(11, 'r=a,s=AAAA,i=1'), proof(0)])], /not as/],
    [
      'proves nothing itself',
      [SASL, proof(11, 'r=a,s=AAAA,i=1'), proof(12, 'v=AAAA')],
      /does not prove that it knows the password itself/,
    ],
    [
      'goes on before it is answered',
      [SASL, Buffer.concat([proof(11, 'r=a,s=AAAA,i=1'), proof(12, 'v=AAAA')])],
      /not as PostgreSQL writes it/,
    ],
    ['lets everybody in unasked', [ready], /not as PostgreSQL writes it/],
    ['speaks of a channel without end', [Buffer.concat([loggedIn, message('A', 'aaaaaaaa')])], /not as/],
    ['says a length below all', [Buffer.from('R\0\0\0\0')], /a length that none has/],
  ])('%s fails, and was told nothing', async (_what, replies, words) => {
    const reached = new Reached();
    expect(await run('postgresql', replies, {}, { reached })).toMatchObject({
      failure: { errorType: 'NETWORK', code: 'NOT_UNDERSTOOD', message: expect.stringMatching(words) },
    });
    expect(reached.instances).toEqual({});
  });

  const column = (name: string) => message('T', `\0\x01${name}\0${'\0'.repeat(18)}`);
  it.each<[string, Buffer]>([
    ['names a column without end', Buffer.concat([message('1'), message('T', '\0\x01abc')])],
    ['sends rows of no columns', Buffer.concat([message('D', '\0\x01\0\0\0\x01a'), ready])],
    ['sends fewer values than columns', done('SELECT 1', column('a'), message('D', '\0\0'))],
    ['sends a value longer than its row', done('SELECT 1', column('a'), message('D', '\0\x01\0\0\0\x09a'))],
    ['gives an error without words', Buffer.concat([message('E', '\0'), ready])],
    ['suspends what was not asked for in parts', Buffer.concat([message('1'), message('s')])],
  ])('%s leaves it in doubt', async (_what, reply) => {
    expect(await run('postgresql', [loggedIn, SET, reply])).toMatchObject({
      failure: { errorType: 'IN_DOUBT', message: expect.stringMatching(`cannot be made out: .*${inDoubt}`) },
    });
  });

  it('answers byte by byte is understood', async () => {
    const whole = Buffer.concat([loggedIn, SET]);
    const pieces = [...whole.subarray(loggedIn.length)].map((byte) => Buffer.from([byte]));
    const { PostgresReader } = await import('./postgres-reader');
    const reader = new PostgresReader();
    expect(reader.take(loggedIn)).toEqual(loggedIn);
    expect(Buffer.concat(pieces.map((piece) => reader.take(piece)))).toEqual(SET);
  });

  it('copies out what is asked for is not listened to, and has done it', async () => {
    const copied = [message('H', '\0\0\0'), message('d', 'a\n'), message('c')];
    expect(await run('postgresql', [loggedIn, SET, done('COPY 1', message('n'), ...copied)])).toMatchObject({
      ok: true,
      calls: [{ response: '1 row' }],
    });
  });

  it('waits for data to copy is told none', async () => {
    const waits = Buffer.concat([message('1'), message('n'), message('2'), message('G', '\0\0\0')]);
    expect(await run('postgresql', [loggedIn, SET, waits])).toMatchObject({
      failure: { errorType: 'BUSINESS', code: 'COPY', message: expect.stringContaining('waits for data') },
    });
  });

  it('does not encrypt although that is asked for says so', async () => {
    expect(await run('postgresql', [Buffer.from('N')], { tls: {} })).toMatchObject({
      failure: { code: 'NO_TLS', message: expect.stringContaining('does not encrypt its connections') },
    });
  });

  it('sends something with its consent to encrypt is not believed', async () => {
    const replies = [Buffer.concat([Buffer.from('S'), loggedIn])];
    expect(await run('postgresql', replies, { tls: {} })).toMatchObject({
      failure: { code: 'NOT_UNDERSTOOD' },
    });
  });

  it('never ends its way of encrypting is given up in time, and nothing of it is left', async () => {
    const watches = vi.spyOn(globalThis, 'setInterval');
    const stopped = vi.spyOn(globalThis, 'clearInterval');
    const came = run('postgresql', [Buffer.from('S')], { tls: {} });
    // The beginning of the client's own hello.
    await expect.poll(() => server?.received.length).toBe(2);
    timeouts.runOut();
    expect(await came).toMatchObject({ failure: { errorType: 'TIMEOUT' } });
    const [watch] = watches.mock.results.map(({ value }) => value);
    await expect.poll(() => stopped.mock.calls.map(([one]) => one)).toContain(watch);
  });

  it('drowns the answer to a commit leaves it in doubt', async () => {
    const flood = Buffer.alloc(2 * 1024 * 1024, message('N', `SNOTICE\0M${'x'.repeat(5000)}\0\0`));
    const reached = new Reached();
    const replies = [loggedIn, SET, done('BEGIN'), SET, flood];
    expect(await run('postgresql', replies, { transaction: true }, { reached })).toMatchObject({
      failure: {
        errorType: 'IN_DOUBT',
        message: expect.stringContaining('more than 1 MiB, and it may have'),
      },
    });
    expect(reached.instances).toEqual({ '*': 'taken' });
  });
});

describe('a sql step whose MariaDB', () => {
  const { packet, hello, end, column } = mariadbSays;
  const answered = (...packets: Buffer[]) => [...mariadbSays.loggedIn, Buffer.concat(packets)];

  it('asks for a file gets nothing at all', async () => {
    expect(await run('mariadb', answered(packet(1, '\xfb/etc/passwd')))).toMatchObject({
      failure: {
        errorType: 'IN_DOUBT',
        message: expect.stringContaining('it asks for a file of this machine'),
      },
    });
    // Whoever logs in says that files are not to be had, and nothing is said after the statement.
    const LOCAL_FILES = 0x80;
    expect((server?.received[0]?.readUInt32LE(4) ?? LOCAL_FILES) & LOCAL_FILES).toBe(0);
    expect(server?.received.slice(3)).toEqual([]);
  });

  it('sends packets out of order is not read on, nor written to the log', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const flood = Array.from({ length: 1000 }, () => packet(99, '\x01'));
    expect(await run('mariadb', answered(...flood))).toMatchObject({
      failure: { errorType: 'IN_DOUBT', message: expect.stringContaining('its packets are out of order') },
    });
    expect(log).not.toHaveBeenCalled();
  });

  it('wants the password as it is does not get it', async () => {
    expect(await run('mariadb', [hello, packet(2, '\xfemysql_clear_password\0')])).toMatchObject({
      failure: { code: 'NOT_UNDERSTOOD', message: expect.stringContaining('which is not sent to anybody') },
    });
    expect(server?.received).toHaveLength(1);
  });

  it('does not encrypt although that is asked for says so', async () => {
    expect(await run('mariadb', [hello], { tls: {} })).toMatchObject({
      failure: { code: 'NO_TLS', message: expect.stringContaining('does not encrypt its connections') },
    });
  });

  it('asks for a proof that is not known says which', async () => {
    expect(await run('mariadb', [hello, packet(2, '\xfeclient_ed25519\0')])).toMatchObject({
      failure: { message: expect.stringContaining('that is not known here (client_ed25519).') },
    });
  });

  it('does not end its columns is not waited for', async () => {
    expect(await run('mariadb', answered(packet(1, '\x01'), column(2), packet(3, '\x01a')))).toMatchObject({
      failure: { errorType: 'IN_DOUBT', message: expect.stringContaining('cannot be made out') },
    });
  });

  it('answers with a set of rows after one without is understood', async () => {
    const more = packet(1, '\0\0\0\x0a\0\0\0');
    const reply = answered(more, packet(2, '\x01'), column(3), end(4), packet(5, '\x01b'), end(6));
    expect(await run('mariadb', reply)).toMatchObject({ ok: true, calls: [{ response: 'a\nb' }] });
  });

  it('says in few bytes that there are values without number is cut off', async () => {
    const most = 4000;
    const head = [packet(1, `\xfc${String.fromCharCode(most & 255, most >> 8)}`)];
    for (let at = 0; at < most; at += 1) head.push(column(2 + at));
    const rows: Buffer[] = [end(2 + most)];
    for (let at = 0; at < 100; at += 1) rows.push(packet(3 + most + at, '\xfb'.repeat(most)));
    expect(await run('mariadb', answered(...head, ...rows))).toMatchObject({
      failure: { code: 'TOO_LARGE', message: expect.stringContaining('more than 250000 values') },
    });
  });
});

describe('what conditions see of rows', () => {
  it('is bounded whatever the columns are called, and cut rows are never taken for all', () => {
    const rows = Array.from({ length: 50_000 }, () => ['1']);
    const { text, body } = rowsAnswer({ columns: ['x'.repeat(400_000)], rows, count: rows.length });
    expect(text.length).toBeLessThan(8 * 1024 * 1024);
    expect(body()).toBeUndefined();
    const twice = rowsAnswer({ columns: ['a', 'a'], rows: rows.slice(0, 20_000), count: 20_000 });
    expect(twice.body()).toBeUndefined();
    const few = rowsAnswer({ columns: ['a'], rows: rows.slice(0, 9_000), count: 9_000 });
    expect(few.body()).toHaveLength(9_000);
  });
});
