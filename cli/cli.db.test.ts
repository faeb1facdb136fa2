import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { auditDayToRemove, removeAuditDay } from '@/db/queries/audit-summaries';
import { rechain, tamper } from '@/db/testing/old-audit';
import { Hold } from '@/demo/fleet/testing/hold';
import { testApiServer } from '@/server/api/testing/api-server';
import { mutate } from '@/server/api/testing/call';
import { createAuditSigner } from '@/server/security/audit-signer';
import { COMMANDS, main } from './main';

const server = testApiServer();
beforeAll(async () => {
  for (const version of ['amber', 'blue', 'cyan', 'dusk', 'ebony', 'fawn'])
    await mutate(server.url, server.key, 'versions.create', {
      unitId: 'edge-router',
      version,
      payload: '{"backend":"new"}',
    });
});

interface Ran {
  code: number;
  out: string[];
  errors: string[];
}

interface Around {
  env?: Record<string, string>;
  /** What is on the disk, by path; what is written comes in here. */
  files?: Record<string, string | Uint8Array>;
  /** What is answered to every question; nobody is there without it. */
  answer?: string;
}

/** Runs a command line as somebody would, with the server's address and key in the environment. */
function start(
  args: string[],
  options: Around = {},
): { ended: Promise<Ran>; line(find: (line: string) => boolean): Promise<string> } {
  const out: string[] = [];
  const errors: string[] = [];
  let changed = () => {};
  const ended = main(args, options.env ?? { SWITCHYARD_URL: server.url, SWITCHYARD_API_KEY: server.key }, {
    out: (line) => {
      out.push(line);
      changed();
    },
    error: (line) => errors.push(line),
    read: async (file) => {
      const found = options.files?.[file];
      if (found === undefined) throw new Error(`no ${file}`);
      return typeof found === 'string' ? new TextEncoder().encode(found) : found;
    },
    list: async (folder) => {
      const below = Object.keys(options.files ?? {}).filter((file) => file.startsWith(`${folder}/`));
      return below.length > 0 ? below : null;
    },
    write: async (file, text) => {
      if (options.files) options.files[file] = text;
    },
    ask: options.answer === undefined ? undefined : async () => options.answer ?? '',
    signal: new AbortController().signal,
  }).then((code) => ({ code, out, errors }));
  const line = async (find: (line: string) => boolean): Promise<string> => {
    for (;;) {
      const found = out.find(find);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        changed = resolve;
      });
    }
  };
  return { ended, line };
}

const run = (args: string[], options: Around = {}): Promise<Ran> => start(args, options).ended;

const creating = (version: string, tenants: string) => [
  'plan',
  'create',
  '--name',
  `To ${version}`,
  '--unit',
  'edge-router',
  '--version',
  version,
  '--playbook',
  'blue-green',
  '--tenants',
  tenants,
];

describe('switchyard plan', () => {
  it('creates, starts and follows a plan that completes: 0', async () => {
    const { code, out, errors } = await run([...creating('amber', 'acme-eu,acme-us'), '--watch']);
    expect(errors).toEqual([]);
    expect(code).toBe(0);
    expect(out[0]).toMatch(/^PLN-\d+$/);
    expect(out.some((line) => /^\d\d:\d\d:\d\d {2}acme-eu +StageStarted +/.test(line))).toBe(true);
    expect(out.join('\n')).not.toContain('TaskProgress');
    expect(out.at(-1)).toBe(`${out[0]} (To amber) is COMPLETED. All 2 tenants are switched.`);
  });

  it('tells failures: 2, as NDJSON without a gap', async () => {
    server.fleet.setFault('borealis', { kind: 'fail', times: 100 });
    const created = await run([...creating('amber', 'borealis,cobalt-retail'), '--json']);
    const { planId } = JSON.parse(created.out[0] ?? '') as { planId: string };
    const { code, out } = await run(['plan', 'start', planId, '--watch', '--json']);
    server.fleet.setFault('borealis', { kind: 'none' });
    expect(code).toBe(2);
    const lines = out.map((line) => JSON.parse(line));
    expect(lines.at(-1)).toMatchObject({ planId, status: 'PARTIAL_FAILED', exitCode: 2 });
    expect(lines.slice(0, -1).map(({ planSeq }) => planSeq)).toEqual(lines.slice(0, -1).map((_, i) => i + 1));
  });

  it('ends at a plan that waits for somebody: 3, unless it is told to wait', async () => {
    const created = await run(creating('blue', 'acme-eu'));
    const planId = created.out[0] ?? '';
    const hold = Hold.on(server.fleet, ({ path }) => path === '/config');
    const following = start(['plan', 'start', planId, '--watch']);
    const waiting = start(['plan', 'watch', planId, '--wait']);
    await following.line((line) => line.includes('StepStarted'));
    await hold.until();
    const paused = await run(['plan', 'pause', planId, '--reason', 'Traffic peak']);
    expect(paused).toMatchObject({ code: 0, out: [`${planId} is RUNNING, asked to pause.`] });
    hold.release();
    const ended = await following.ended;
    expect(ended.code).toBe(3);
    expect(ended.out.at(-1)).toMatch(
      /is PAUSED\. 0 of 1 tenant is switched: 1 paused\. Paused by an operator\.$/,
    );
    expect((await run(['plan', 'watch', planId])).code).toBe(3);
    expect(await run(['plan', 'resume', planId])).toMatchObject({ code: 0 });
    expect((await waiting.ended).code).toBe(0);
  });

  it('tells a halt as a decision to be made: 3', async () => {
    const planId = (await run(creating('cyan', 'acme-eu,acme-us'))).out[0] ?? '';
    // Halted with everything at rest, as a threshold leaves a plan.
    await run(['plan', 'start', planId]);
    const paused = await run(['plan', 'pause', planId]);
    expect(paused.code).toBe(0);
    await server.db.execute(
      sql`update plan set halted = '{"by":"policy","reason":"2 tenants failed.","at":"2026-01-01T00:00:00Z"}' where plan_id = ${planId}`,
    );
    const { code, out } = await run(['plan', 'watch', planId]);
    expect(code).toBe(3);
    expect(out.at(-1)).toContain('Halted: 2 tenants failed.');
    expect((await run(['plan', 'cancel', planId])).code).toBe(0);
    expect((await run(['plan', 'watch', planId, '--wait'])).code).toBe(4);
  });

  it('tells a rolled-back plan: 4', async () => {
    const created = await run([...creating('dusk', 'evergreen'), '--watch']);
    expect(created.code).toBe(0);
    const planId = created.out[0] ?? '';
    expect((await run(['plan', 'rollback', planId, '--reason', 'Errors'])).code).toBe(0);
    await server.untilTask(`${planId}.1`, 'ROLLED_BACK');
    expect((await run(['plan', 'watch', planId, '--wait'])).code).toBe(4);
    const status = await run(['plan', 'status', planId, '--json']);
    expect(JSON.parse(status.out[0] ?? '')).toMatchObject({ planId, status: 'ROLLED_BACK' });
  });

  it('is refused with the server’s words: 1', async () => {
    expect(await run(['plan', 'start', 'PLN-999'])).toMatchObject({
      code: 1,
      errors: ['There is no plan PLN-999.'],
    });
    expect(await run(['plan', 'resume', 'PLN-1'])).toMatchObject({ code: 1 });
    const closed = { SWITCHYARD_URL: server.url, SWITCHYARD_API_KEY: 'wrong' };
    expect(await run(['plan', 'status', 'PLN-1'], { env: closed })).toMatchObject({
      code: 1,
      errors: ['Sign in, or send an API key.'],
    });
  });

  it('chooses tenants by label, and leaves out those with errors', async () => {
    const args = creating('fawn', '').slice(0, -2);
    const { code } = await run([
      ...args,
      '--select',
      'region=eu',
      '--select',
      'tier=gold',
      '--concurrency',
      '3',
    ]);
    expect(code).toBe(0);
    const {
      out: again,
      code: refused,
      errors,
    } = await run([...args, '--tenants-file', 'ids'], {
      files: { ids: 'acme-eu\nnobody\n' },
    });
    expect([refused, again]).toEqual([1, []]);
    expect(errors[0]).toMatch(/^2 of 2 tenants cannot be switched/);
    const left = await run([...args, '--tenants-file', 'ids', '--leave-out-invalid', '--json'], {
      files: { ids: 'acme-us\nnobody\n' },
    });
    expect(left.code).toBe(0);
  });

  it('can be repeated: the same request makes one plan', async () => {
    const args = [...creating('ebony', 'acme-eu'), '--request-id', randomUUID()];
    const first = await run(args);
    expect((await run(args)).out).toEqual(first.out);
  });

  it('says that the server cannot be reached: 5', async () => {
    const env = { SWITCHYARD_URL: 'http://127.0.0.1:9', SWITCHYARD_API_KEY: 'key' };
    for (const args of [
      ['plan', 'status', 'PLN-1'],
      ['plan', 'watch', 'PLN-1', '--patience', '0'],
    ]) {
      const { code, errors } = await run(args, { env });
      expect(code).toBe(5);
      expect(errors[0]).toMatch(/^http:\/\/127\.0\.0\.1:9 gives no answer/);
    }
  });
});

describe('switchyard tenants', () => {
  it('exports what can be imported again', async () => {
    const exported = await run(['tenants', 'export', '--select', 'region=eu']);
    const tenants = JSON.parse(exported.out[0] ?? '') as { tenantId: string; labels: object }[];
    expect(tenants.length).toBeGreaterThan(0);
    for (const { labels } of tenants) expect(labels).toMatchObject({ region: 'eu' });
    const again = await run(['tenants', 'import', 'tenants.json'], {
      files: { 'tenants.json': exported.out[0] ?? '' },
    });
    expect(again).toMatchObject({
      code: 0,
      out: [`Imported ${tenants.length} tenants: 0 created, 0 changed, ${tenants.length} unchanged.`],
    });
    expect((await run(['tenants', 'export', '--select', 'region=eu'])).out).toEqual(exported.out);
  });

  it('exports all there are, however many pages they fill', async () => {
    await server.db.execute(sql`insert into tenant (tenant_id, name, labels)
      select 'page-' || n, 'Page', '{"many":"yes"}' from generate_series(1, 2001) n`);
    const { out } = await run(['tenants', 'export', '--select', 'many=yes']);
    const tenants = JSON.parse(out[0] ?? '') as { tenantId: string }[];
    expect(new Set(tenants.map(({ tenantId }) => tenantId)).size).toBe(2001);
    await server.db.execute(sql`update tenant set removed_at = now() where labels @> '{"many":"yes"}'`);
  });

  it('imports CSV, and nothing of a file with a bad line', async () => {
    const csv = 'tenantId,endpointUrl,unit,version\nnew-1,http://10.0.0.1/,edge-router,v1\n';
    const first = await run(['tenants', 'import', '-', '--json'], { files: { '-': csv } });
    expect(first.code).toBe(0);
    expect(JSON.parse(first.out[0] ?? '')).toMatchObject({ imported: 1, created: ['new-1'] });
    const bad = await run(['tenants', 'import', '-'], { files: { '-': `${csv}new 2,http://10.0.0.2/,,\n` } });
    expect(bad.code).toBe(1);
    expect(bad.errors[0]).toContain('new 2');
    const broken = await run(['tenants', 'import', '-'], { files: { '-': '[{' } });
    expect(broken.errors[0]).toContain('not valid JSON');
  });

  it('tells what an import would do, does it, and takes it back', async () => {
    const files = { 'more.csv': 'tenantId,labels\nnew-2,tier=gold\nacme-eu,tier=lead\nacme-us,\n' };
    const before = (await run(['tenants', 'export'])).out;
    const dry = await run(['tenants', 'import', 'more.csv', '--dry-run'], { files });
    expect(dry.code).toBe(0);
    expect(dry.out[0]?.split('\n')).toEqual([
      'This would create 1 tenant, change 1 and leave 1 as it is. Nothing was done.',
      '+ new-2',
      '~ acme-eu',
      expect.stringMatching(/^ {4}labels\.tier: "\w+" → "lead"$/),
    ]);
    expect((await run(['tenants', 'export'])).out).toEqual(before);
    const replacing = await run(['tenants', 'import', 'more.csv', '--dry-run', '--replace'], { files });
    expect(replacing.out[0]).toMatch(/\nIt would take away \d+ values\.\n.*labels\.region: "\w+" → nothing/s);

    const done = await run(['tenants', 'import', 'more.csv'], { files });
    const [, importId = ''] = /undo-import ([\w-]+)/.exec(done.out[0] ?? '') ?? [];
    expect(done.out[0]).toMatch(
      /^Imported 3 tenants: 1 created, 1 changed, 1 unchanged\.\nTake it back with: switchyard/,
    );
    const undone = await run(['tenants', 'undo-import', importId]);
    expect(undone).toMatchObject({ code: 0, out: ['Taken back: 1 tenant restored, 1 removed.'] });
    expect((await run(['tenants', 'export'])).out).toEqual(before);
    expect((await run(['tenants', 'undo-import', importId])).code).toBe(1);
  });

  it('reads UTF-8 alone', async () => {
    const latin = Uint8Array.from(
      [...'tenantId,name\na,Z'].map((char) => char.charCodeAt(0)).concat(0xfc, 10),
    );
    const { code, errors } = await run(['tenants', 'import', 'latin.csv'], { files: { 'latin.csv': latin } });
    expect(code).toBe(1);
    expect(errors[0]).toMatch(/^latin\.csv: Line 2 has a character that is not UTF-8/);
  });
});

describe('the audit log', () => {
  it('is verified, and what is wrong ends with 2', async () => {
    const env = { SWITCHYARD_URL: server.url, SWITCHYARD_API_KEY: server.adminKey };
    const sound = await run(['audit', 'verify'], { env });
    expect(sound).toMatchObject({ code: 0, errors: [] });
    const known = /--known (\d+:[0-9a-f]{64})$/.exec(sound.out[0] ?? '')?.[1] ?? '';
    expect((await run(['audit', 'verify', '--known', known], { env })).code).toBe(0);
    const gone = await run(['audit', 'verify', '--known', `1:${'0'.repeat(64)}`], { env });
    expect(gone).toMatchObject({ code: 2, out: [expect.stringContaining('is not there any more')] });
    expect((await run(['audit', 'verify', '--known', 'x'], { env })).code).toBe(1);
    expect((await run(['audit', 'verify'])).code).toBe(1);
    await server.db.execute(sql.raw('alter table audit disable trigger user'));
    await server.db.execute(sql.raw(`update audit set actor = 'eve' where chain = 1`));
    await server.db.execute(sql.raw('alter table audit enable trigger user'));
    const wrong = await run(['audit', 'verify'], { env });
    expect(wrong).toMatchObject({ code: 2, out: [expect.stringContaining('is not as it was written')] });
  });

  it('is verified as well where days were removed: who signed for them, and that none is missing', async () => {
    const env = { SWITCHYARD_URL: server.url, SWITCHYARD_API_KEY: server.adminKey };
    await tamper(server.db, `update audit set at = at - interval '90 days'`);
    await rechain(server.db);
    await mutate(server.url, server.adminKey, 'settings.keepAudit', { days: 40 });
    const summary = (await auditDayToRemove(server.db)) ?? '';
    const somebodyElse = createAuditSigner([Buffer.alloc(32, 9)]);
    await removeAuditDay(server.db, { summary, ...somebodyElse.sign(summary) });
    const { code, out } = await run(['audit', 'verify'], { env });
    expect(code).toBe(2);
    expect(out[0]).toMatch(/the summary of \S+ was signed with a key that the server does not have/);
    expect(out[0]).toMatch(/^Through \S+ summaries are kept, 1 of them, of \d+ entries\.$/m);
    await tamper(server.db, 'truncate audit_summary, audit_signature');
    expect((await run(['audit', 'verify'], { env })).out[0]).toMatch(/\d+ entries are missing/);
  });
});

describe('the command line', () => {
  it('has help for everything', async () => {
    const overview = await run(['--help']);
    expect(overview.code).toBe(0);
    const commands = Object.keys(COMMANDS);
    for (const name of commands) expect(overview.out[0]).toMatch(new RegExp(`^  ${name} `, 'm'));
    for (const name of commands) {
      const { code, out } = await run([...name.split(' '), '--help']);
      expect(code).toBe(0);
      expect(out[0]).toMatch(new RegExp(`^Usage: switchyard ${name}`));
      expect(out[0]).toContain('Exit codes:');
      expect(out[0]).toContain(`Example: switchyard ${name} `);
    }
  });

  it.each([
    [['plan', 'explode'], 'There is no command "plan explode".'],
    [['plan', 'start'], 'Say which plan.'],
    [['plan', 'start', 'PLN-1', 'PLN-2'], 'Only one plan at a time.'],
    [['plan', 'start', 'PLN-1', '--fast'], '--fast is not known here (known: '],
    [['plan', 'watch', 'PLN-1', '--patience', 'long'], '--patience must be a whole number.'],
    [['plan', 'create', '--name', 'x'], 'Say which tenants'],
    [['plan', 'status', 'PLN-1', '--url', 'ftp://x'], 'ftp://x is not the http(s) address of a server.'],
  ])('refuses %j: 1', async (args, message) => {
    const { code, errors } = await run(args);
    expect(code).toBe(1);
    expect(errors[0]).toContain(message);
  });

  it('wants a key', async () => {
    expect(await run(['plan', 'status', 'PLN-1'], { env: {} })).toMatchObject({
      code: 1,
      errors: [expect.stringContaining('SWITCHYARD_API_KEY')],
    });
  });
});
