import { expect, it } from 'vitest';
import { type EnvError, readEnv } from '@/server/env';
import { parseMailSender, parseMailServer } from './mail-settings';

it('reads where mail leaves by', () => {
  const FROM = 'Switchyard <sy@example.com>';
  const read = (url: string) => readEnv({ SWITCHYARD_SMTP_URL: url, SWITCHYARD_SMTP_FROM: FROM }).mail;
  const from = { name: 'Switchyard', address: 'sy@example.com' };
  expect(read('smtp://mail.example.com')).toEqual({
    host: 'mail.example.com',
    port: 587,
    secure: false,
    from,
  });
  expect(read('smtps://us%40er:p%3A%2F@[::1]:2465/')).toEqual({
    ...{ host: '::1', port: 2465, secure: true, from },
    auth: { user: 'us@er', pass: 'p:/' },
  });
  expect(readEnv({}).mail).toBeUndefined();
});

it.each([
  'mail.example.com',
  'http://mail.example.com',
  'smtp://',
  'smtp://mail.example.com?tls.rejectUnauthorized=false',
  'smtp://mail.example.com/?secure=false',
  'smtps://secretuser@mail.example.com',
  'smtps://u:p%secretword@mail.example.com',
])('refuses %s in words that do not repeat it', (url) => {
  const read = () => parseMailServer(url);
  expect(read).toThrow(/^must /);
  expect(read).not.toThrow(/secret/);
});

it.each([
  'nobody',
  'A <b>',
  'A\r\nBcc: e@example.com <a@example.com>',
  '"A" <a@example.com>',
  'a@example.com, b@example.com',
])('is from nobody like %j', (from) =>
  expect(() => parseMailSender(from)).toThrow('must be an e-mail address'),
);

it('wants both, or neither', () => {
  const wrong = (source: Record<string, string>) => {
    try {
      readEnv(source);
    } catch (error) {
      return (error as EnvError).problems.map(({ variable }) => variable);
    }
  };
  expect(wrong({ SWITCHYARD_SMTP_URL: 'smtp://mail.example.com' })).toEqual(['SWITCHYARD_SMTP_FROM']);
  expect(wrong({ SWITCHYARD_SMTP_FROM: 'a@example.com' })).toEqual(['SWITCHYARD_SMTP_URL']);
});
