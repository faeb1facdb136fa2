import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { TEST_CERTIFICATE, TEST_KEY } from '@/server/steps/testing/test-certificate';
import { emailOf } from './email-message';
import { sendEmail } from './email-sender';
import { examples, testMessage } from './example';
import { mailTransport } from './mail-server';
import { parseMailSender, parseMailServer } from './mail-settings';
import { type Message, messageOf } from './message';
import { MailSink, smtpError } from './testing/mail-sink';

const publicUrl = new URL('https://switchyard.example.com');
const { one, many } = examples(publicUrl);
const deliveryId = '00000000-0000-4000-8000-000000000001';
let sink: MailSink;
afterEach(() => sink.close());

function send(message: Message, to = ['ops@example.com'], options: { url?: string; millis?: number } = {}) {
  const mail = {
    ...parseMailServer(options.url ?? `smtp://127.0.0.1:${sink.port}`),
    from: parseMailSender('Switchyard <switchyard@example.com>'),
  };
  // Long, so that a busy machine is not taken for a silent server.
  const deps = { mail, publicUrl, timeoutMillis: options.millis ?? 300_000 };
  return sendEmail(deps, { recipients: to, deliveryId, message });
}

it('sends text and HTML that load nothing, with links to the console alone', async () => {
  sink = await MailSink.start();
  expect(await send(many, ['ops@example.com', 'on-call@example.com'])).toEqual({
    ...{ ok: true, status: 250, error: null },
  });
  const [mail] = sink.mails;
  expect(mail).toMatchObject({
    from: 'switchyard@example.com',
    to: ['ops@example.com', 'on-call@example.com'],
    read: {
      subject: `[Switchyard] ${many.title}`,
      from: { name: 'Switchyard', address: 'switchyard@example.com' },
      messageId: `<${deliveryId}@example.com>`,
    },
  });
  expect(mail?.raw).toContain('Auto-Submitted: auto-generated');
  expect(mail?.read.text).toContain(
    '300 tenants failed (acme-eu, acme-us, borealis, cobalt, delta and 295 more)',
  );
  const html = mail?.read.html ?? '';
  expect(html).toContain('Amber &lt;north&gt; &amp;');
  expect(html).not.toMatch(/<(img|script|link|iframe|style)|src=|url\(/i);
  const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, link]) => link);
  expect(links.length).toBeGreaterThan(2);
  expect(links.every((link) => link?.startsWith(publicUrl.href))).toBe(true);
});

it('writes a name with line ends as one line of the subject, and adds no header by it', async () => {
  sink = await MailSink.start();
  const planName = 'Amber\r\nBcc: eve@example.com\r\n\r\nBody\u2028x';
  const facts = { ...one.facts, planName, tenantId: 'a\nTo: eve@example.com' };
  const message = messageOf('taskFailed', 1, facts as typeof one.facts, publicUrl);
  expect((await send(message)).ok).toBe(true);
  const [mail] = sink.mails;
  expect(mail?.to).toEqual(['ops@example.com']);
  expect(mail?.read.subject).toBe(
    '[Switchyard] a To: eve@example.com of PLN-7 (Amber Bcc: eve@example.com Body x) failed',
  );
  expect(mail?.read.headers.map(({ key }) => key).sort()).toEqual([
    ...['auto-submitted', 'content-type', 'date', 'from', 'message-id', 'mime-version', 'subject', 'to'],
  ]);
  expect(emailOf(message, publicUrl).subject).not.toMatch(/[\r\n]/);
});

it('does not try again whom the server does not know, and says what it said', async () => {
  sink = await MailSink.start();
  sink.refuse = (address) => (address.startsWith('gone') ? smtpError(550, 'no such user\r\nhere') : null);
  expect(await send(one, ['gone@example.com'])).toEqual({
    ...{ ok: false, status: 550, final: true },
    error: expect.stringMatching(
      /^The mail server does not take mail for or from these addresses: .*no such user/,
    ),
  });
  expect(await send(one, ['gone@example.com', 'ops@example.com'])).toEqual({
    ...{ ok: true, status: 550 },
    error: expect.stringMatching(/^The mail server took it, but not for gone@example.com: 550/),
  });
  expect(sink.mails.map(({ to }) => to)).toEqual([['ops@example.com']]);
});

it('leaves for later whom the server takes later, and nobody else', async () => {
  sink = await MailSink.start();
  sink.refuse = (address) =>
    ({ grey: smtpError(451, 'try later'), gone: smtpError(550, 'unknown') })[address.split('@')[0] ?? ''] ??
    null;
  expect(await send(one, ['grey@example.com', 'ops@example.com'])).toMatchObject({
    ...{ ok: false, status: 451, left: ['grey@example.com'] },
  });
  const alone = await send(one, ['grey@example.com']);
  expect([alone.ok, alone.final]).toEqual([false, undefined]);
  // Also where nobody was taken: who is unknown for good is not asked for again.
  const nobody = await send(one, ['grey@example.com', 'gone@example.com']);
  expect(nobody).toMatchObject({ ok: false, left: ['grey@example.com'] });
});

it('says that the password is refused, and does not repeat it', async () => {
  sink = await MailSink.start({ authOptional: false });
  const url = (pass: string) => `smtp://ops:${pass}@127.0.0.1:${sink.port}`;
  const refused = await send(one, undefined, { url: url('wrong%3A%20you%20sent') });
  expect(refused).toMatchObject({ ok: false, status: 535 });
  expect(refused.error).toMatch(/^The mail server refused the user name or password: /);
  expect(refused.error).not.toContain('you sent');
  expect(refused.final).toBeUndefined();
  expect((await send(one, undefined, { url: url('right') })).ok).toBe(true);
});

it('speaks TLS by a certificate that it trusts, and with nobody else', async () => {
  sink = await MailSink.start({ secure: true, cert: TEST_CERTIFICATE, key: TEST_KEY });
  expect(await send(one, undefined, { url: `smtps://127.0.0.1:${sink.port}` })).toMatchObject({
    ok: false,
    error: 'No encryption came about with the mail server: self-signed certificate.',
  });
  expect(sink.mails).toEqual([]);
});

it('sends no password where nothing is encrypted, but to this machine', async () => {
  sink = await MailSink.start();
  const transport = (host: string) => {
    const server = { ...parseMailServer(`smtp://ops:right@mail.example.com:${sink.port}`), host };
    return mailTransport(server, 300_000);
  };
  expect(transport('mail.example.com').options).toMatchObject({ requireTLS: true });
  expect(transport('127.0.0.1').options).toMatchObject({ requireTLS: false });
  // Another name of this machine is not known to be one.
  await expect(transport('0.0.0.0').verify()).rejects.toMatchObject({ code: 'ETLS' });
  expect(sink.users).toEqual([]);
});

it('waits for an answer no longer than it says', async () => {
  sink = await MailSink.start();
  sink.silent = true;
  const message = testMessage(publicUrl, { actor: 'ada', now: new Date('2026-01-01T00:00:00Z') });
  expect(await send(message, undefined, { millis: 300 })).toMatchObject({
    ok: false,
    error: 'The mail server gave no answer within 0.3 s.',
  });
});

it('waits no longer for a server that goes on talking', async () => {
  sink = await MailSink.start();
  const talker = createServer((socket) => {
    socket.on('error', () => {});
    socket.write('220 hello\r\n');
    const talking = setInterval(() => socket.write('250-and on\r\n'), 20);
    socket.on('close', () => clearInterval(talking));
  });
  await once(talker.listen(0, '127.0.0.1'), 'listening');
  const { port } = talker.address() as AddressInfo;
  expect(await send(one, undefined, { url: `smtp://127.0.0.1:${port}`, millis: 500 })).toMatchObject({
    ok: false,
    error: 'The mail server gave no answer within 0.5 s.',
  });
  talker.close();
});

it('says that nobody listens, or that no server is set up', async () => {
  sink = await MailSink.start();
  const { port } = sink;
  await sink.close();
  expect((await send(one, undefined, { url: `smtp://127.0.0.1:${port}` })).error).toBe(
    'The mail server could not be reached (ECONNREFUSED).',
  );
  const deps = { publicUrl, timeoutMillis: 1000 };
  expect(
    (await sendEmail(deps, { recipients: ['a@example.com'], deliveryId, message: one })).error,
  ).toContain('SWITCHYARD_SMTP_URL');
});
