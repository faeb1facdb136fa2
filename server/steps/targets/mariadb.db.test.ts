import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PASSWORD, startMariadb, type TestDatabase } from '@/server/steps/sql/testing/databases';
import { Wire } from './testing/middleman';
import { codeBlock, recipe } from './testing/recipe';
import { needs } from './testing/software';
import { Switching } from './testing/switching';

const mariadb = needs('mariadbd', 'a row of settings in MariaDB');

describe.skipIf(mariadb.missing)(mariadb.title, () => {
  let database: TestDatabase;
  let wire: Wire;
  let switching: Switching;

  beforeAll(async () => {
    database = await startMariadb(mariadb.path, 'switchyard');
    await database.admin(codeBlock('recipes/mariadb.md', 'sql'));
    await database.admin("REVOKE ALL ON switchyard.* FROM switchyard@'127.0.0.1'");
    await database.admin("GRANT SELECT, INSERT, UPDATE ON tenant_config TO switchyard@'127.0.0.1'");
    wire = await Wire.before(database.port);
    const payload = (version: string) => ({ backend: `http://${version}.example`, "it's": '\\' });
    switching = await Switching.start({
      playbook: recipe('mariadb'),
      endpoints: [{ key: 'service-1', url: 'http://service-1.example' }],
      variables: { database: `mariadb://127.0.0.1:${wire.port}/switchyard` },
      secrets: { MARIADB_PASSWORD: PASSWORD },
      versions: { v1: payload('v1'), v2: payload('v2'), v3: { backend: 'nonsense' }, v4: payload('v4') },
    });
  });
  afterAll(async () => {
    await switching?.close();
    await wire?.close();
    await database?.stop();
  });

  const stored = () => database.admin('SELECT version, config FROM tenant_config');

  it('is switched by a user who may do no more than that', async () => {
    const run = await switching.to('v2');
    expect(run).toMatchObject({ status: 'COMPLETED', failure: null });
    expect(await stored()).toEqual([
      { version: 'v2', config: '{"backend":"http://v2.example","it\'s":"\\\\"}' },
    ]);
    expect(run.stored).not.toContain(JSON.stringify(PASSWORD).slice(1, -1));
  });

  it('that the table refuses fails with its words, and goes back', async () => {
    const run = await switching.to('v3');
    expect(run).toMatchObject({
      status: 'FAILED',
      failure: {
        message: expect.stringMatching(/refused it: CONSTRAINT .* the transaction was not committed/),
      },
    });
    expect(await stored()).toMatchObject([{ version: 'v2' }]);
    expect(await switching.back(run.taskId)).toBe('ROLLED_BACK');
    expect(await stored()).toMatchObject([{ version: 'v2' }]);
  });

  it('that committed it and cut the connection is not written twice', async () => {
    wire.cutAfter = 'COMMIT';
    const run = await switching.to('v4');
    expect(run).toMatchObject({ status: 'COMPLETED' });
    expect(run.details[0]).toContain('acme was applied although its answer was lost');
    expect(await stored()).toMatchObject([{ version: 'v4' }]);
    expect(await switching.back(run.taskId)).toBe('ROLLED_BACK');
    expect(await stored()).toMatchObject([{ version: 'v2' }]);
  });

  it('that somebody changed meanwhile is not taken for what was asked for', async () => {
    await database.admin(
      "CREATE TRIGGER theirs BEFORE UPDATE ON tenant_config FOR EACH ROW SET NEW.version = 'theirs'",
    );
    const run = await switching.to('v4');
    expect(run).toMatchObject({
      status: 'FAILED',
      failure: { code: 'HEALTH_CHECK', message: expect.stringContaining('service-1 runs theirs') },
    });
    await database.admin('DROP TRIGGER theirs');
    expect(await switching.back(run.taskId)).toBe('ROLLED_BACK');
    expect(await stored()).toMatchObject([{ version: 'v2' }]);
  });
});
