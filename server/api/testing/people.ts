import type { Role } from '@/server/auth/principal';
import { cookieOf } from '@/server/auth/testing/auth-server';
import type { ApiServer } from './api-server';
import { type Answer, mutate, send } from './call';

/** Somebody who is signed in, and asks as a browser does. */
export interface Person {
  name: string;
  mutate(procedure: string, input?: unknown): Promise<Answer>;
  query(procedure: string, input?: unknown): Promise<Answer>;
  /** Another name for the same person. */
  rename(name: string): Promise<void>;
}

const PASSWORD = 'amber seven quiet rivers';

/** Invites somebody, has them take the invite, and signs them in. */
export async function signedIn(
  server: Readonly<ApiServer>,
  name: string,
  role: Role = 'operator',
): Promise<Person> {
  const email = `${name.toLowerCase()}@example.com`;
  const headers = { 'content-type': 'application/json', origin: server.url };
  const post = async (path: string, body: object, more: Record<string, string> = {}) => {
    const init = { method: 'POST', headers: { ...headers, ...more }, body: JSON.stringify(body) };
    const response = await fetch(server.url + path, init);
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return response;
  };
  const invite = await mutate(server.url, server.adminKey, 'members.invite', { email, role });
  const token = (invite.data as { path: string }).path.split('token=')[1];
  await post('/api/auth/invite', { token, name, password: PASSWORD });
  const cookie = cookieOf(await post('/api/auth/sign-in/email', { email, password: PASSWORD }));
  return {
    name,
    mutate: (procedure, input) =>
      send(server.url, procedure, {
        method: 'POST',
        headers: { ...headers, cookie },
        body: JSON.stringify({ json: input ?? null }),
      }),
    query: (procedure, input) => {
      const asked = `?input=${encodeURIComponent(JSON.stringify({ json: input }))}`;
      return send(server.url, `${procedure}${input === undefined ? '' : asked}`, {
        headers: { ...headers, cookie },
      });
    },
    rename: async (to) => void (await post('/api/auth/update-user', { name: to }, { cookie })),
  };
}
