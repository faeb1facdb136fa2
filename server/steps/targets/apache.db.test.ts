import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '@/server/testing/free-port';
import { TEST_CERTIFICATE, TEST_KEY } from '../testing/test-certificate';
import { Middleman } from './testing/middleman';
import { codeBlock, recipe } from './testing/recipe';
import { needs, Software } from './testing/software';
import { Switching } from './testing/switching';

const apache = needs('apache2', 'Apache httpd with DAV');
const PASSWORD = 'dav-password-1';
/** More than are switched at once. */
const CROWD = ['t1', 't2', 't3', 't4', 't5'];
const OUTAGE_MS = 3000;
const MODULES = ['mpm_event', 'authn_core', 'authn_file', 'authz_core', 'authz_user', 'auth_basic']
  .concat(['ssl', 'dav', 'dav_fs'])
  .map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`);

function prepare(folder: string): void {
  // It gives up being root, and is to reach its files all the same.
  chmodSync(folder, 0o755);
  for (const name of ['tenants', 'locks']) {
    mkdirSync(join(folder, name));
    chmodSync(join(folder, name), 0o777);
  }
  writeFileSync(join(folder, 'certificate.pem'), TEST_CERTIFICATE);
  writeFileSync(join(folder, 'key.pem'), TEST_KEY);
  const hash = createHash('sha1').update(PASSWORD).digest('base64');
  writeFileSync(join(folder, 'users'), `switchyard:{SHA}${hash}\n`);
  const config = [
    ...MODULES,
    ...(userInfo().uid === 0 ? ['User www-data', 'Group www-data'] : []),
    ...['ServerName 127.0.0.1', `PidFile "${folder}/pid"`, `ErrorLog "${folder}/log"`],
    codeBlock('recipes/apache.md', 'apache'),
  ];
  writeFileSync(join(folder, 'httpd.conf'), config.join('\n'));
}

describe.skipIf(apache.missing)(apache.title, () => {
  let software: Software;
  let url: string;
  let middleman: Middleman;
  let switching: Switching;
  const trusting = new Agent({ connect: { ca: TEST_CERTIFICATE } });

  beforeAll(async () => {
    const address = `127.0.0.1:${await freePort()}`;
    url = `https://${address}`;
    software = await Software.start({
      program: apache.path,
      // One process alone, which can be ended.
      args: (folder) => ['-X', '-d', folder, '-f', join(folder, 'httpd.conf')],
      env: (folder) => ({
        ADDRESS: address,
        CERTIFICATE: join(folder, 'certificate.pem'),
        KEY: join(folder, 'key.pem'),
        TENANTS: join(folder, 'tenants'),
        LOCKS: join(folder, 'locks'),
        USERS: join(folder, 'users'),
      }),
      prepare,
      ready: () => ask('GET'),
    });
    for (const tenantId of ['acme', ...CROWD]) await put('version=v1\nbackend=blue\n', tenantId);
    middleman = await Middleman.before(url, (method) => method === 'PUT', {
      cert: TEST_CERTIFICATE,
      key: TEST_KEY,
    });
    switching = await Switching.start({
      playbook: recipe('apache'),
      crowd: CROWD,
      endpoints: [{ key: 'files', url: middleman.url }],
      secrets: { DAV_PASSWORD: PASSWORD, DAV_CA: TEST_CERTIFICATE },
      versions: {
        v1: { backend: 'blue' },
        v2: { backend: 'green' },
        v3: { backend: 'x'.repeat(70_000) },
        v4: { backend: 'blue' },
      },
    });
  });
  afterAll(async () => {
    await switching?.close();
    await middleman?.close();
    await trusting.close();
    await software?.stop();
  });

  const ask = (
    method: 'GET' | 'PUT',
    headers: Record<string, string> = {},
    body: string | null = null,
    tenantId = 'acme',
  ) =>
    request(`${url}/${tenantId}.conf`, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(`switchyard:${PASSWORD}`).toString('base64')}`,
        ...headers,
      },
      body,
      dispatcher: trusting,
    });
  const put = async (text: string, tenantId?: string) => (await ask('PUT', {}, text, tenantId)).body.dump();
  const stored = async (tenantId?: string) => (await ask('GET', {}, null, tenantId)).body.text();
  /** Apache doubts a file that changed within the last second, also one of tomorrow. */
  function date(seconds: number): void {
    const when = Date.now() / 1000 + seconds;
    utimesSync(join(software.folder, 'tenants', 'acme.conf'), when, when);
  }

  it('is switched by a file, over TLS of its own authority', async () => {
    const run = await switching.to('v2');
    expect(run).toMatchObject({ status: 'COMPLETED', failure: null });
    expect(await stored()).toBe('version=v2\nbackend=green\n');
    expect(run.stored).not.toContain(PASSWORD);
  });

  it('gives a file that has just changed a weak ETag, which is good for no If-Match: the step waits for another', async () => {
    date(3600);
    const { etag } = (await ask('GET')).headers;
    expect(etag).toMatch(/^W\//);
    expect((await ask('PUT', { 'if-match': String(etag) }, 'nobody wants this')).statusCode).toBe(412);
    middleman.looks.length = 0;
    middleman.looked = () => {
      if (middleman.looks.length === 2) date(-3600);
    };
    expect(await switching.to('v4')).toMatchObject({ status: 'COMPLETED', failure: null });
    expect(await stored()).toBe('version=v4\nbackend=blue\n');
  });

  it('refuses what is too large and says why; the file stays', async () => {
    const run = await switching.to('v3');
    expect(run).toMatchObject({
      status: 'FAILED',
      failure: { code: 'HTTP_413', message: expect.stringContaining('exceeds the capacity limit') },
    });
    expect(await switching.back(run.taskId)).toBe('ROLLED_BACK');
    expect(await stored()).toBe('version=v4\nbackend=blue\n');
  });

  it('answers 412 when somebody else was quicker; nothing of theirs is overwritten', async () => {
    middleman.mischief = { before: () => put('version=theirs\n') };
    const run = await switching.to('v2');
    expect(run).toMatchObject({
      status: 'FAILED',
      failure: {
        code: 'HTTP_412',
        message: expect.stringContaining('The precondition on the request for this URL evaluated to false'),
      },
    });
    expect(await stored()).toBe('version=theirs\n');
    expect(await switching.back(run.taskId)).toBe('ROLLBACK_FAILED');
    expect(await switching.backInSpite(run.taskId)).toBe('ROLLED_BACK');
    expect(await stored()).toBe('version=v4\nbackend=blue\n');
  });

  it('that is killed in mid-plan and back after three seconds leaves every tenant on one version', async () => {
    middleman.mischief = { cut: true, beforeCut: () => software.outage(OUTAGE_MS) };
    const run = await switching.crowdTo('v2');
    await software.back;
    expect(run).toMatchObject({ status: 'COMPLETED', failures: [] });
    expect(run.details.join()).toContain('files was applied although its answer was lost (it runs v2)');
    for (const tenantId of CROWD) expect(await stored(tenantId)).toBe('version=v2\nbackend=green\n');
  });
});
