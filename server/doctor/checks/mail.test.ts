import { afterEach, expect, it } from 'vitest';
import { MailSink } from '@/server/notifications/testing/mail-sink';
import { situationWith } from '../testing/situation';
import { mail } from './mail';

const { signal } = new AbortController();
let sink: MailSink;
afterEach(() => sink.close());

const look = (url: string) => {
  const SWITCHYARD_SMTP_FROM = 'switchyard@example.com';
  return mail.look(situationWith({ SWITCHYARD_SMTP_URL: url, SWITCHYARD_SMTP_FROM }), signal);
};

it('greets the mail server and signs in, and sends nothing', async () => {
  sink = await MailSink.start();
  const place = `127.0.0.1:${sink.port}`;
  expect(await look(`smtp://${place}`)).toMatchObject([{ level: 'ok', found: `${place} answers` }]);
  expect(await look(`smtp://ops:right@${place}`)).toMatchObject([
    { level: 'ok', found: `${place} answers and takes the user and password` },
  ]);
  expect(await look(`smtp://ops:false@${place}`)).toMatchObject([
    { level: 'fail', found: expect.stringContaining('refused the user name or password') },
  ]);
  expect([sink.users, sink.mails]).toEqual([['ops', 'ops'], []]);
});

it('says that none is there, and looks at none that is not set up', async () => {
  sink = await MailSink.start();
  const { port } = sink;
  await sink.close();
  expect(await look(`smtp://127.0.0.1:${port}`)).toMatchObject([
    { level: 'fail', found: `127.0.0.1:${port}: The mail server could not be reached (ECONNREFUSED)` },
  ]);
  expect(await mail.look(situationWith({}), signal)).toEqual([]);
});
