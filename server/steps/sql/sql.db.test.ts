import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StepDefinition } from '@/domain/playbook';
import { parseTargetAllow } from '@/server/security/target-allow';
import { createTargetDispatcher } from '@/server/security/target-guard';
import { Reached } from '@/server/steps/reach';
import { checkStep, runStep } from '@/server/steps/registry';
import { Wire } from '@/server/steps/targets/testing/middleman';
import { needs } from '@/server/steps/targets/testing/software';
import { stepContext } from '@/server/steps/testing/step-context';
import { TEST_CERTIFICATE } from '@/server/steps/testing/test-certificate';
import { Timeouts } from '@/server/steps/testing/timeouts';
import { PASSWORD, startMariadb, startPostgres, type TestDatabase } from './testing/databases';

const mariadb = needs('mariadbd', 'MariaDB');
const NASTY = 'x\'; DROP TABLE part; -- \\ " $1 ?';

interface Kind {
  title: string;
  missing: boolean;
  driver: string;
  protocol: string;
  start(): Promise<TestDatabase>;
  /** How it writes the n-th parameter. */
  param(number: number): string;
  /** Its parts of messages. */
  syntax: RegExp;
  /** A statement that takes forever. */
  sleep: string;
}

const KINDS: Kind[] = [
  {
    ...{ title: 'PostgreSQL', missing: false, driver: 'postgresql', protocol: 'postgres' },
    ...{ start: startPostgres, param: (number) => `$${number}`, sleep: 'SELECT pg_sleep(1000)' },
    syntax: /cannot insert multiple commands into a prepared statement/,
  },
  {
    ...{ title: mariadb.title, missing: mariadb.missing, driver: 'mariadb', protocol: 'mariadb' },
    ...{ start: () => startMariadb(mariadb.path), param: () => '?', sleep: 'SELECT SLEEP(1000)' },
    syntax: /error in your SQL syntax/,
  },
];

describe.each(KINDS)('a sql step with $title', (kind) => {
  let database: TestDatabase;
  let wire: Wire;
  const { param } = kind;
  beforeAll(async () => {
    if (kind.missing) return;
    database = await kind.start();
    wire = await Wire.before(database.port);
  });
  afterAll(async () => {
    await wire?.close();
    await database?.stop();
  });
  beforeEach(async () => {
    if (kind.missing) return;
    await database.admin('DROP TABLE IF EXISTS part');
    await database.admin('CREATE TABLE part (name VARCHAR(200) PRIMARY KEY, size INT, note VARCHAR(200))');
    if (kind.driver === 'postgresql') await database.admin('ALTER TABLE part OWNER TO target');
  });
  const timeouts: Timeouts[] = [];
  afterEach(() => {
    for (const one of timeouts.splice(0)) one.restore();
  });

  const step = (settings: object): StepDefinition => ({
    ...{ name: 'set', type: 'sql', driver: kind.driver, username: 'target' },
    url: `${kind.protocol}://127.0.0.1:${database.port}/target`,
    password: '{{secret.password}}',
    ...settings,
  });
  const run = (settings: object, change: Parameters<typeof stepContext>[1] = {}) =>
    runStep(step(settings), stepContext([], { secrets: { password: PASSWORD }, ...change }));
  const insert = (name: string, size: string | number = 1) => ({
    sql: `INSERT INTO part (name, size) VALUES (${param(1)}, ${param(2)})`,
    params: [name, size],
  });
  const parts = async () =>
    (await database.admin('SELECT name FROM part ORDER BY name')).map(({ name }) => name);
  const readBack = {
    sql: `SELECT size, name FROM part WHERE name = ${param(1)}`,
    params: ['{{config.version}}'],
    all: [
      { json: '[0].size', equals: '1' },
      { json: '[0].name', matches: '^v\\d+$' },
    ],
  };

  it.skipIf(kind.missing)('fills in parameters apart from the text, and tells what came', async () => {
    const result = await run({
      statements: [
        { ...insert('{{config.version}}', 7), rows: 1 },
        { sql: `UPDATE part SET note = ${param(1)} WHERE size = ${param(2)}`, params: [NASTY, '7'], rows: 1 },
        { sql: 'SELECT name, size, note FROM part' },
      ],
    });
    expect(result).toMatchObject({
      ok: true,
      detail: `3 statements carried out in ${kind.protocol}://127.0.0.1:${database.port}/target (3 rows)`,
      calls: [{ ok: true, response: `1 row\n1 row\nname | size | note\nv2 | 7 | ${NASTY}` }],
    });
    expect(await database.admin('SELECT note FROM part')).toEqual([{ note: NASTY }]);
  });

  it.skipIf(kind.missing)('says NULL, and takes true and null', async () => {
    const { calls } = await run({
      statements: [
        {
          sql: `INSERT INTO part (name, size, note) VALUES (${param(1)}, CASE WHEN ${param(2)} THEN 1 ELSE 2 END, ${param(3)})`,
          params: ['a', true, null],
        },
        { sql: 'SELECT note, size FROM part' },
      ],
    });
    expect(calls[0]?.response).toBe('1 row\nnote | size\nNULL | 1');
  });

  it.skipIf(kind.missing)('passes on a payload as it stands', async () => {
    const json = kind.driver === 'postgresql' ? '$1::jsonb' : "JSON_EXTRACT(?, '$')";
    const { calls } = await run({
      statements: [{ sql: `SELECT ${json}, ${param(2)}`, params: ['{{config.text}}', '2026-01-01'] }],
    });
    expect(calls[0]?.response).toMatch(/\n\{"backend": ?"b"\} \| 2026-01-01$/);
  });

  it.skipIf(kind.missing)('shows no secret, wherever it comes up', async () => {
    const statements = [
      insert('{{secret.nasty}}'),
      { sql: 'SELECT name FROM part' },
      insert('{{secret.nasty}}'),
    ];
    const result = await run({ statements }, { secrets: { password: PASSWORD, nasty: NASTY } });
    expect(result).toMatchObject({ ok: false });
    const told = JSON.stringify(result);
    expect(told).not.toContain('DROP TABLE');
    expect(told).not.toContain(JSON.stringify(PASSWORD).slice(1, -1));
    expect(await parts()).toEqual([NASTY]);
  });

  it.skipIf(kind.missing)('sends one statement at a time', async () => {
    expect(await run({ statements: [{ sql: 'SELECT 1; DROP TABLE part' }] })).toMatchObject({
      ok: false,
      failure: { errorType: 'BUSINESS', message: expect.stringMatching(kind.syntax) },
    });
    expect(await parts()).toEqual([]);
  });

  it.skipIf(kind.missing)('says which statement was refused, and what holds', async () => {
    const statements = [insert('a'), insert('a')];
    expect(await run({ statements })).toMatchObject({
      ok: false,
      failure: {
        errorType: 'BUSINESS',
        message: expect.stringMatching(
          /refused it: .*uplicate.* \(statement 2; what was carried out before has taken effect\)/,
        ),
      },
    });
    expect(await parts()).toEqual(['a']);
    const together = [insert('b'), insert('b')];
    const reached = new Reached();
    expect(await run({ statements: together, transaction: true }, { reached })).toMatchObject({
      failure: { message: expect.stringContaining('(statement 2; the transaction was not committed)') },
    });
    // MariaDB may have committed what changes the structure, whatever it is told.
    expect(reached.instances['*']).toBe(kind.driver === 'postgresql' ? 'refused' : 'taken');
    expect(await parts()).toEqual(['a']);
  });

  it.skipIf(kind.missing)('that leaves a transaction open fails: nothing of it holds', async () => {
    const begin = { sql: kind.driver === 'postgresql' ? 'BEGIN' : 'START TRANSACTION' };
    expect(await run({ statements: [begin, insert('a')] })).toMatchObject({
      failure: { code: 'OPEN', message: expect.stringMatching(/left open, which is undone: .* true\.$/) },
    });
    expect(await parts()).toEqual([]);
    expect(await run({ statements: [begin, insert('a'), { sql: 'COMMIT' }] })).toMatchObject({ ok: true });
    expect(await parts()).toEqual(['a']);
  });

  it.skipIf(kind.missing)('whose own statement ended its transaction is not taken for undone', async () => {
    wire.cutAfter = 'SELECT 7';
    const url = `${kind.protocol}://127.0.0.1:${wire.port}/target`;
    const commit = { sql: '/* all */ -- of it\n Commit' };
    const wanted = { url, transaction: true, inDoubt: 'ask', retries: { count: 2 } };
    expect(await run({ ...wanted, statements: [insert('a'), commit, { sql: 'SELECT 7' }] })).toMatchObject({
      failure: { errorType: 'IN_DOUBT' },
    });
    expect(await parts()).toEqual(['a']);
  });

  it.skipIf(kind.missing)('fails where it came to another number of rows, and undoes that', async () => {
    const statements = [insert('a'), { sql: "UPDATE part SET size = 2 WHERE name = 'b'", rows: 1 }];
    expect(await run({ statements, transaction: true })).toMatchObject({
      ok: false,
      failure: { code: 'ROWS', message: expect.stringContaining('it came to 0 rows, expected 1') },
    });
    expect(await parts()).toEqual([]);
    const reached = new Reached();
    const alone = [{ ...insert('a'), rows: 2 }];
    expect(await run({ statements: alone }, { reached })).toMatchObject({
      failure: {
        message: expect.stringContaining('(statement 1; what was carried out before has taken effect)'),
      },
    });
    expect(reached.instances).toEqual({ '*': 'taken' });
  });

  it.skipIf(kind.missing)('carries out what the database itself wrote', async () => {
    const quoted =
      kind.driver === 'postgresql'
        ? "SELECT format('INSERT INTO part (name) VALUES (%L)', $1::text)"
        : "SELECT CONCAT('INSERT INTO part (name) VALUES (', QUOTE(?), ')')";
    const statements = [{ sql: quoted, params: [NASTY], runAnswer: true }];
    expect(await run({ statements })).toMatchObject({ ok: true });
    expect(await parts()).toEqual([NASTY]);
  });

  it.skipIf(kind.missing)(
    'whose answer to the commit is lost is found done, and not sent again',
    async () => {
      wire.cutAfter = 'COMMIT';
      const url = `${kind.protocol}://127.0.0.1:${wire.port}/target`;
      const wanted = { url, statements: [insert('{{config.version}}')], transaction: true, readBack };
      expect(await run(wanted)).toMatchObject({
        ok: true,
        detail: expect.stringContaining(
          'acme was applied although its answer was lost (it shows it when read back)',
        ),
      });
      expect(await parts()).toEqual(['v2']);
    },
  );

  it.skipIf(kind.missing)('that was cut off before is sent again', async () => {
    wire.cutAfter = 'INSERT';
    const url = `${kind.protocol}://127.0.0.1:${wire.port}/target`;
    const statements = [insert('{{config.version}}')];
    expect(await run({ url, statements, readBack })).toMatchObject({
      ok: true,
      detail: expect.stringContaining('1 statement carried out'),
      calls: [{ ok: false }, { ok: true }, { ok: true }],
    });
    expect(await parts()).toEqual(['v2']);
  });

  it.skipIf(kind.missing)('left by another process looks before it sends', async () => {
    const wanted = { statements: [insert('{{config.version}}')], readBack };
    expect(await run(wanted, { inDoubt: true })).toMatchObject({ ok: true });
    expect(await run(wanted, { inDoubt: true })).toMatchObject({
      ok: true,
      detail: expect.stringContaining('although its answer was lost'),
    });
    await database.admin('UPDATE part SET size = 5');
    const again = await run(wanted, { inDoubt: true });
    expect(again).toMatchObject({ ok: false, failure: { message: expect.stringMatching(/uplicate/) } });
  });

  it.skipIf(kind.missing)('that gets no answer in time is left to an operator', async () => {
    const time = new Timeouts();
    timeouts.push(time);
    const came = run({ statements: [{ sql: kind.sleep }], inDoubt: 'ask', timeoutMillis: 60_000 });
    const running =
      kind.driver === 'postgresql'
        ? "SELECT query FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(1000)'"
        : "SELECT info FROM information_schema.processlist WHERE info = 'SELECT SLEEP(1000)'";
    await expect.poll(async () => (await database.admin(running)).length).toBe(1);
    time.runOut();
    expect(await came).toMatchObject({
      failure: {
        errorType: 'IN_DOUBT',
        message: expect.stringContaining('gave no answer within 60000 ms, and it may have been carried out'),
      },
    });
  });

  it.skipIf(kind.missing)('is given up by the database as well', async () => {
    const time = new Timeouts();
    timeouts.push(time);
    // Only the database's own clock runs here.
    expect(await run({ statements: [{ sql: kind.sleep }], timeoutMillis: 200 })).toMatchObject({
      failure: { errorType: 'TIMEOUT', message: expect.stringContaining('gave it up after the time') },
    });
  });

  it.skipIf(kind.missing)('is encrypted, and trusts only who is known', async () => {
    const statements = [
      {
        sql:
          kind.driver === 'postgresql'
            ? 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()'
            : "SELECT variable_value <> '' FROM information_schema.session_status WHERE variable_name = 'Ssl_cipher'",
      },
    ];
    const trusting = await run({ statements, caPem: TEST_CERTIFICATE });
    expect(trusting.calls[0]?.response).toMatch(/\n(t|1)$/);
    expect(await run({ statements, tls: {} })).toMatchObject({
      ok: false,
      failure: { message: expect.stringContaining('shows a certificate that is not trusted') },
    });
  });

  it.skipIf(kind.missing)('refuses a wrong password without showing the right one', async () => {
    expect(await run({ statements: [{ sql: 'SELECT 1' }], password: 'wrong' })).toMatchObject({
      ok: false,
      failure: {
        errorType: 'BUSINESS',
        message: expect.stringMatching(/refused it: .*(denied|authentication)/),
      },
    });
  });

  it.skipIf(kind.missing)('reaches only what is on the list, by name and by address', async () => {
    const http = createTargetDispatcher({ allow: parseTargetAllow('10.0.0.1') });
    const statements = [insert('a')];
    expect(await run({ statements }, { http })).toMatchObject({ failure: { code: 'TARGET_REFUSED' } });
    const renamed = createTargetDispatcher({
      allow: parseTargetAllow('db.example'),
      resolve: ((_name: string, _options: unknown, found: (error: null, addresses: object[]) => void) =>
        found(null, [{ address: '127.0.0.1', family: 4 }])) as never,
    });
    const url = `${kind.protocol}://db.example:${database.port}/target`;
    expect(await run({ statements, url }, { http: renamed })).toMatchObject({
      failure: { code: 'TARGET_REFUSED', message: expect.stringContaining('resolves to 127.0.0.1') },
    });
    expect(await parts()).toEqual([]);
  });

  it.skipIf(kind.missing)('is cut off when it answers too much', async () => {
    const many = kind.driver === 'postgresql' ? 'repeat' : 'REPEAT';
    const sql = `SELECT ${many}('x', 4000000)`;
    expect(await run({ statements: [{ sql }] })).toMatchObject({ ok: false, failure: { code: 'TOO_LARGE' } });
  });

  it.skipIf(kind.missing)('is what a health-check asks', async () => {
    await database.admin("INSERT INTO part (name, size) VALUES ('a', 2)");
    const instance = { key: 'a', url: 'http://a.example' };
    const check = (settings: object) =>
      runStep(
        {
          ...step({}),
          ...{ type: 'health-check', connector: 'sql', attempts: 1, params: ['{{endpoint.key}}'] },
          query: `SELECT CONCAT('v', size) FROM part WHERE name = ${param(1)}`,
          ...settings,
        },
        stepContext([instance], { secrets: { password: PASSWORD } }),
      );
    expect(await check({})).toMatchObject({ ok: true, detail: expect.stringContaining('v2') });
    expect(await check({ params: ['b'] })).toMatchObject({
      failure: { message: expect.stringContaining('does not say its version (nothing at SELECT') },
    });
    await database.admin('UPDATE part SET size = 1');
    expect(await check({})).toMatchObject({ failure: { message: expect.stringContaining('a runs v1') } });
  });

  it.skipIf(kind.missing)('is what a condition looks at, row by row', async () => {
    await database.admin("INSERT INTO part (name, size) VALUES ('a', 2), ('b', 3)");
    const check = (applied: object, name = 'a') =>
      runStep(
        {
          ...step({}),
          ...{ type: 'health-check', connector: 'sql', attempts: 1, params: [name], applied },
          query: `SELECT name, size FROM part WHERE name >= ${param(1)} ORDER BY name`,
        },
        stepContext([{ key: 'a', url: 'http://a.example' }], { secrets: { password: PASSWORD } }),
      );
    expect(
      await check({
        all: [
          { json: '[1].name', equals: 'b' },
          { json: '[1].size', atLeast: 3 },
        ],
      }),
    ).toMatchObject({ ok: true });
    expect(await check({ json: '[0].size', equals: '9' })).toMatchObject({
      failure: { message: expect.stringContaining('[0].size is 2, expected 9') },
    });
    expect(await check({ json: '[0]', exists: false }, 'z')).toMatchObject({ ok: true });
  });
});

describe('what a sql step can be told', () => {
  const statements = [{ sql: 'SELECT 1' }];
  const valid = {
    name: 's',
    type: 'sql',
    driver: 'postgresql',
    url: 'postgres://db/x',
    username: 'u',
    statements,
  };
  it.each([
    [{}, null],
    [{ url: '{{tenant.db}}' }, null],
    [{ url: 'postgres://u:p@db/x' }, /^url: has a user name or a password in it/],
    [{ url: 'mysql://db/x' }, /^url: must look like postgres:\/\/host:5432\/database/],
    [{ url: 'postgres://db/x?sslmode=disable' }, /^url: takes no options/],
    [{ url: 'postgres://db/x%00y' }, /^url: has a database that cannot be read/],
    [{ statements: [{ sql: 'SELECT {{tenant.id}}' }] }, /^statements\.0\.sql: is sent as it stands/],
    [{ statements: [] }, /^statements: has no statement/],
    [{ readBack: { sql: 'SELECT 1' } }, /Say what is to be found, with all, any or not/],
  ])('%j', (change, words) => {
    const told = checkStep({ ...valid, ...change }).map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    );
    expect(told).toEqual(words === null ? [] : [expect.stringMatching(words)]);
  });
});
