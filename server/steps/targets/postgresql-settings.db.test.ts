import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  PASSWORD,
  POSTGRES_LITERAL,
  startPostgres,
  type TestDatabase,
} from '@/server/steps/sql/testing/databases';
import { codeBlock, recipe } from './testing/recipe';
import { Switching } from './testing/switching';

describe('the settings of PostgreSQL', () => {
  const servers: TestDatabase[] = [];
  let switching: Switching;

  beforeAll(async () => {
    for (let count = 0; count < 2; count += 1) servers.push(await startPostgres('postgres'));
    for (const { admin } of servers) {
      const statements = codeBlock('recipes/postgresql-settings.md', 'sql').replace(
        "'…'",
        () => POSTGRES_LITERAL,
      );
      for (const statement of statements.split(/;\n/)) if (statement) await admin(statement);
    }
    switching = await Switching.start({
      playbook: recipe('postgresql-settings'),
      endpoints: servers.map(({ port }, index) => ({
        key: `db-${index + 1}`,
        url: `http://127.0.0.1:${port}`,
        labels: { db: `127.0.0.1:${port}` },
      })),
      secrets: { POSTGRES_PASSWORD: PASSWORD },
      versions: {
        v1: {},
        v2: { work_mem: '8MB', log_min_duration_statement: '1s' },
        v5: { work_mem: '16MB' },
        v3: { log_min_duration_statement: '2s', work_mem: 'plenty' },
        v4: { work_mem: '32MB' },
      },
    });
  });
  afterAll(async () => {
    await switching?.close();
    await Promise.all(servers.map((server) => server.stop()));
  });

  const settingsOf = async ({ admin }: TestDatabase) => {
    const [row] = await admin(
      "SELECT reset_val || ' ' || (SELECT reset_val FROM pg_settings WHERE name = 'log_min_duration_statement') AS all FROM pg_settings WHERE name = 'work_mem'",
    );
    return row?.all;
  };
  const settings = () => Promise.all(servers.map(settingsOf));

  it('are switched by a role that may do no more than that, and confirmed by what holds', async () => {
    expect(await switching.to('v2')).toMatchObject({ status: 'COMPLETED', failure: null });
    await expect.poll(settings).toEqual(['8192 1000', '8192 1000']);
    const run = await switching.to('v5');
    expect(run).toMatchObject({ status: 'COMPLETED', failure: null });
    // What the new version does not name any more is the server's own again.
    await expect.poll(settings).toEqual(['16384 -1', '16384 -1']);
    expect(run.stored).not.toContain(JSON.stringify(PASSWORD).slice(1, -1));
  });

  it('that PostgreSQL refuses fail with its words, and go back', async () => {
    const run = await switching.to('v3');
    expect(run).toMatchObject({
      status: 'FAILED',
      failure: {
        code: '22023',
        message: expect.stringContaining('refused it: invalid value for parameter "work_mem": "plenty"'),
      },
    });
    expect(await switching.back(run.taskId)).toBe('ROLLED_BACK');
    await expect.poll(settings).toEqual(['16384 -1', '16384 -1']);
  });

  it('that are overridden are not taken for what holds', async () => {
    const [, second] = servers;
    await second?.admin("ALTER DATABASE postgres SET work_mem = '1MB'");
    const run = await switching.to('v4');
    expect(run).toMatchObject({
      status: 'FAILED',
      failure: { code: 'HEALTH_CHECK', message: expect.stringContaining('db-2 runs work_mem = 1MB') },
    });
    await second?.admin('ALTER DATABASE postgres RESET work_mem');
    expect(await switching.back(run.taskId)).toBe('ROLLED_BACK');
    await expect.poll(settings).toEqual(['16384 -1', '16384 -1']);
  });
});
