import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { declared } from '../declared';
import { testApiServer } from '../testing/api-server';
import { curlRunner, curlScripts } from '../testing/curl-examples';
import { rest } from '../testing/rest-call';
import { PROBLEMS } from './problem';
import { CONSOLE_ONLY, ROUTES } from './routes';

const text = readFileSync(path.resolve('docs/rest.md'), 'utf8');
const server = testApiServer();
const curl = curlRunner();
const variables: Record<string, string> = {};

/** The rows of the table below a heading, cell by cell. */
function rowsOf(heading: string): string[][] {
  const section = text.split(/^## /m).find((one) => one.startsWith(heading)) ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| '));
  return rows.slice(1).map((line) =>
    line
      .slice(2, -2)
      .split(' | ')
      .map((cell) => cell.replace(/^`|`$/g, '')),
  );
}

describe('docs/rest.md', () => {
  it('lists every address with its procedure and role', () => {
    expect(rowsOf('Addresses').filter(([method]) => method !== '')).toEqual(
      ROUTES.map(({ method, path: at, procedure }) => [
        ...[method, at, procedure],
        declared[procedure]._def.meta.role,
      ]),
    );
  });

  it('says what has none, and why', () => {
    const listed = [...text.matchAll(/^- `(\w+\.\w+)`: (.*)\.$/gm)].map(([, name, why]) => [name, why]);
    expect(listed).toEqual(Object.entries(CONSOLE_ONLY));
  });

  it('lists every problem', () => {
    // The last cell has backticks of its own.
    const rows = text
      .split('\n')
      .flatMap((line) => /^\| (\d{3}) \| `(\w+)` \| (.*?) \| (.*) \|$/.exec(line) ?? []);
    const problems = Object.entries(PROBLEMS).map(([code, [status, title, when]]) => [
      `| ${status} | \`${code}\` | ${title} | ${when} |`,
      ...[String(status), code, title, when],
    ]);
    expect(rows).toEqual(problems.flat());
  });

  it('shows a problem as it is', async () => {
    const shown = JSON.parse(/^```json\n([\s\S]*?)^```/m.exec(text)?.[1] ?? '{}');
    expect((await rest(server.url, server.key, 'GET /plans?limt=5')).body).toEqual(shown);
  });

  it.each(curlScripts(text))('has an example that works: %s', async (script) => {
    Object.assign(variables, { SWITCHYARD_URL: server.url, SWITCHYARD_API_KEY: server.key });
    const { status, answer } = await curl(script, variables);
    expect([status, answer]).toEqual([
      script.includes('Idempotency-Key') ? '201' : '200',
      expect.any(String),
    ]);
    const { planId } = /"planId":"(?<planId>PLN-\d+)","total"/.exec(answer)?.groups ?? {};
    const { etag } = /^etag: (?<etag>".*")\r$/im.exec(answer)?.groups ?? {};
    if (planId && script.includes('Idempotency-Key')) variables.PLAN_ID = planId;
    if (etag) variables.TENANT_ETAG = etag;
  });

  it('told a story that took place', async () => {
    expect(variables).toMatchObject({ PLAN_ID: 'PLN-2', TENANT_ETAG: expect.any(String) });
    const { body } = await rest(server.url, server.key, 'GET /plans/PLN-2');
    expect(body).toMatchObject({ intent: 'pause', total: 2 });
    const tenant = await rest(server.url, server.key, 'GET /tenants/acme-eu');
    expect(tenant.body.labels.tier).toBe('platinum');
    expect(server.errors).toEqual([]);
  });
});
