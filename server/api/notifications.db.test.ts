import { afterAll, beforeAll, expect, it } from 'vitest';
import { Receiver } from '@/server/notifications/testing/receiver';
import { testApiServer } from './testing/api-server';
import { mutate, query } from './testing/call';

const server = testApiServer();
let receiver: Receiver;
beforeAll(async () => {
  receiver = await Receiver.start();
});
afterAll(() => receiver.close());

const told = { name: 'On call', topics: ['taskFailed'] };
const create = (input: object) =>
  mutate(server.url, server.adminKey, 'notifications.create', { ...told, ...input });
const own = (template: string) => ({
  ...{ url: `${receiver.url}/hook`, format: 'own' },
  own: { template, contentType: 'application/json' },
});

it.each<[string, () => object, string, string]>([
  [
    'a name that is not known',
    () => own('{"a":"{{tennant.id}}"}'),
    'own.template',
    'did you mean "tenant.id"?',
  ],
  ['what is no JSON', () => own('{{text}}'), 'own.template', 'is not JSON once it is filled in'],
  ['a webhook without an address', () => ({}), 'url', 'is missing'],
  ['an e-mail without recipients', () => ({ kind: 'email' }), 'recipients', 'is missing'],
  [
    'an e-mail with an address',
    () => ({ kind: 'email', recipients: ['a@b.cc'], url: receiver.url }),
    'url',
    'is not for an e-mail',
  ],
  [
    'recipients that end a header',
    () => ({ kind: 'email', recipients: ['a@b.cc\r\nBcc: e@b.cc'] }),
    'recipients.0',
    'must be an e-mail address',
  ],
  [
    'a format of one’s own that is missing',
    () => ({ url: receiver.url, format: 'own' }),
    'own',
    'belongs to the format "own"',
  ],
  [
    'a wait of hours',
    () => ({ url: receiver.url, digestSeconds: 7200 }),
    'digestSeconds',
    'must be at most 600',
  ],
  [
    'quiet hours of nowhere',
    () => ({ url: receiver.url, quiet: { days: [1], from: '22:00', to: '06:00', timeZone: 'Mars/Base' } }),
    'quiet.timeZone',
    'is not a time zone',
  ],
  [
    'a topic that may not go through',
    () => ({
      url: receiver.url,
      quiet: { days: [1], from: '22:00', to: '06:00', timeZone: 'UTC', through: ['taskFailed'] },
    }),
    'quiet.through.0',
    '',
  ],
])('refuses %s, with the part', async (_what, input, field, words) => {
  const { status, error } = await create(input());
  expect([status, error?.field]).toEqual([400, field]);
  expect(error?.message).toContain(words);
});

it('writes what a person chose, shows it before, and keeps a secret that was given to itself', async () => {
  const format = own('{"note": "{{title}} ({{count}})"}');
  const shown = await query(server.url, server.adminKey, 'notifications.preview', {
    format: 'own',
    own: format.own,
  });
  expect(shown.data).toMatchObject({
    one: { body: '{"note": "acme-eu of PLN-7 (Amber <north> & \\"south\\") failed (1)"}' },
    many: { body: expect.stringContaining('300 tenants failed') },
  });
  const made = await create({ ...format, secret: 'SECgiven-by-them' });
  expect(made.data).toMatchObject({
    secret: null,
    webhook: { format: 'own', digestSeconds: 60, quiet: null },
  });
  const { webhookId } = (made.data as { webhook: { webhookId: string } }).webhook;
  const tested = await mutate(server.url, server.adminKey, 'notifications.test', { webhookId });
  expect(tested.data).toMatchObject({ ok: true, status: 204 });
  expect(receiver.received.map(({ body }) => JSON.parse(body))).toEqual([
    { note: 'PLN-0 (A test of this notification) completed (1)' },
  ]);
  const changed = await mutate(server.url, server.adminKey, 'notifications.update', {
    webhookId,
    format: 'plain',
  });
  expect(changed.data).toMatchObject({ webhook: { format: 'plain', own: null } });
  const wrong = await mutate(server.url, server.adminKey, 'notifications.update', {
    webhookId,
    recipients: ['a@example.com'],
  });
  expect([wrong.status, wrong.error?.field]).toEqual([400, 'recipients']);
  const listed = await query(server.url, server.adminKey, 'notifications.list', {});
  expect(JSON.stringify(listed.data)).not.toMatch(/SECgiven|whsec|\/hook/);
});

it('says of an e-mail that no mail server is set up', async () => {
  const made = await create({ kind: 'email', recipients: ['ops@example.com', 'ops@example.com'] });
  expect(made.data).toMatchObject({
    secret: null,
    webhook: { kind: 'email', url: '', recipients: ['ops@example.com'] },
    warning: expect.stringContaining('SWITCHYARD_SMTP_URL'),
  });
});
