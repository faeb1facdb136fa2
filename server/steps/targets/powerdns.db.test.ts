import { execFileSync } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '@/server/testing/free-port';
import { Middleman } from './testing/middleman';
import { recipe } from './testing/recipe';
import { needs, Software } from './testing/software';
import { Switching } from './testing/switching';

const pdns = needs('pdns_server', 'PowerDNS');
const sqlite = needs('sqlite3', pdns.title);
const KEY = 'pdns-key-1';
const ZONE = 'tenants.example.';
/** More than are switched at once. */
const CROWD = ['t1', 't2', 't3', 't4', 't5'];
const OUTAGE_MS = 3000;
/** Where Debian puts it. */
const SCHEMA = '/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql';

describe.skipIf(pdns.missing || sqlite.missing)(sqlite.title, () => {
  let software: Software;
  let api: string;
  let middleman: Middleman;
  let switching: Switching;
  const resolver = new Resolver();

  beforeAll(async () => {
    const [dnsPort, apiPort] = [await freePort(), await freePort()];
    api = `http://127.0.0.1:${apiPort}`;
    resolver.setServers([`127.0.0.1:${dnsPort}`]);
    software = await Software.start({
      program: pdns.path,
      args: (folder) => [`--config-dir=${folder}`],
      prepare: (folder) => {
        const database = join(folder, 'pdns.sqlite3');
        execFileSync(sqlite.path, [database], { input: readFileSync(SCHEMA) });
        const settings = [
          ...['launch=gsqlite3', `gsqlite3-database=${database}`, `socket-dir=${folder}`, 'write-pid=no'],
          ...['local-address=127.0.0.1', `local-port=${dnsPort}`],
          ...['api=yes', `api-key=${KEY}`, 'webserver=yes', 'webserver-address=127.0.0.1'],
          ...[`webserver-port=${apiPort}`, 'webserver-allow-from=127.0.0.1'],
          // It would ask the world whether it is up to date.
          'security-poll-suffix=',
        ];
        writeFileSync(join(folder, 'pdns.conf'), settings.join('\n'));
      },
      ready: /Done launching threads/,
    });
    await ask('POST', '', { name: ZONE, kind: 'Native', nameservers: ['ns.example.'] });
    await ask('PATCH', `/${ZONE}`, {
      rrsets: ['acme', 'other', ...CROWD].map((tenantId) => record(tenantId, '"version=v1 backend=blue"')),
    });
    middleman = await Middleman.before(api, (method) => method === 'PATCH');
    switching = await Switching.start({
      playbook: recipe('powerdns'),
      crowd: CROWD,
      endpoints: [{ key: 'primary', url: middleman.url }],
      variables: { zone: ZONE },
      secrets: { PDNS_KEY: KEY },
      versions: {
        v1: { backend: 'blue' },
        v2: { backend: 'green' },
        // It ends the quotes that the text is in.
        v3: { backend: 'green" red' },
        v4: { backend: 'blue' },
      },
    });
  });
  afterAll(async () => {
    await switching?.close();
    await middleman?.close();
    await software?.stop();
  });

  const record = (tenantId: string, content: string) => ({
    ...{ name: `${tenantId}.${ZONE}`, type: 'TXT', ttl: 0, changetype: 'REPLACE' },
    records: [{ content }],
  });
  async function ask(method: string, path: string, body: object): Promise<void> {
    const answer = await fetch(`${api}/api/v1/servers/localhost/zones${path}`, {
      method,
      headers: { 'x-api-key': KEY },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }
  /** What whoever asks the name service is told. */
  const told = async (tenantId = 'acme') => (await resolver.resolveTxt(`${tenantId}.${ZONE}`)).flat();

  it('is switched, this tenant alone, and the name service says so', async () => {
    expect(await told()).toEqual(['version=v1 backend=blue']);
    const run = await switching.to('v2');
    expect(run).toMatchObject({ status: 'COMPLETED', failure: null });
    expect(await told()).toEqual(['version=v2 backend=green']);
    expect(await told('other')).toEqual(['version=v1 backend=blue']);
    expect(run.stored).not.toContain(KEY);
  });

  it('refuses what is no text and says why; the record stays', async () => {
    const run = await switching.to('v3');
    expect(run).toMatchObject({
      status: 'FAILED',
      failure: {
        code: 'HTTP_422',
        message: expect.stringMatching(
          /^primary answered 422, expected 204 \("Record acme\.tenants\.example\.\/TXT .* Parsing record content .*"\)/,
        ),
      },
    });
    expect(await told()).toEqual(['version=v2 backend=green']);
    expect(await switching.back(run.taskId)).toBe('ROLLED_BACK');
    expect(await told()).toEqual(['version=v2 backend=green']);
  });

  it('that took the record and cut the connection is told the same once more, and goes back', async () => {
    middleman.changes.length = 0;
    middleman.mischief = { cut: true };
    const run = await switching.to('v4');
    expect(run).toMatchObject({ status: 'COMPLETED', failure: null });
    expect(middleman.changes).toHaveLength(2);
    expect(await told()).toEqual(['version=v4 backend=blue']);
    expect(await switching.back(run.taskId)).toBe('ROLLED_BACK');
    expect(await told()).toEqual(['version=v2 backend=green']);
  });

  it('that is killed in mid-plan and back after three seconds leaves every tenant on one version', async () => {
    middleman.mischief = { cut: true, beforeCut: () => software.outage(OUTAGE_MS) };
    const run = await switching.crowdTo('v2');
    await software.back;
    expect(run).toMatchObject({ status: 'COMPLETED', failures: [] });
    for (const tenantId of CROWD) expect(await told(tenantId)).toEqual(['version=v2 backend=green']);
  });
});
