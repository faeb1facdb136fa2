import { expect, it } from 'vitest';
import { firstHostUrl, nodePostgresOf, parseDatabaseUrl } from './hosts';

const SEVERAL = 'postgres://u:p%40,@a:5432,[::1]:5433/name?target_session_attrs=primary';

it.each(['postgres://u:p@a/name', 'postgresql://a:5432/name?sslmode=require', SEVERAL])(
  '%s is the address of a database',
  (url) => expect(parseDatabaseUrl(url)).toBe(url),
);

it.each([
  'mysql://a/name',
  'postgres://',
  'postgres://a:x/name',
  'postgres://a,b:x/name?target_session_attrs=primary',
  'postgres://a,b/name',
  'postgres://a,b/name?target_session_attrs=standby',
])('%s is none', (url) => expect(parseDatabaseUrl(url)).toBeNull());

it('the first of several hosts stands for all of them, and one is left as it is', () => {
  expect(firstHostUrl(SEVERAL)).toMatchObject({ hostname: 'a', port: '5432', username: 'u' });
  expect(nodePostgresOf('postgres://u:p@a/name')).toEqual({ connectionString: 'postgres://u:p@a/name' });
  expect(nodePostgresOf(SEVERAL)).toMatchObject({ connectionString: 'postgres://u:p%40,@a:5432/name' });
});
