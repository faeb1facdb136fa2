import { isIPv4 } from 'node:net';
import { z } from 'zod';

/** The mail server, and whom mail is from, as the administrator's environment names them. */
export interface MailSettings {
  host: string;
  port: number;
  /** TLS from the first byte; else it is begun by STARTTLS, where the server offers it or a password is to be sent. */
  secure: boolean;
  auth?: { user: string; pass: string };
  from: { name: string; address: string };
}

export type MailServer = Omit<MailSettings, 'from'>;

const HINT = 'must look like smtps://user:password@mail.example.com or smtp://mail.example.com:587';
const PORTS = { 'smtp:': 587, 'smtps:': 465 } as const;

/** Reads `smtp://` or `smtps://`; throws in the operator's words, without the password. */
export function parseMailServer(text: string): MailServer {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || (url.protocol !== 'smtp:' && url.protocol !== 'smtps:') || url.hostname === '')
    throw new Error(HINT);
  if (url.search !== '' || url.hash !== '' || !['', '/'].includes(url.pathname))
    throw new Error('must have nothing after the host: certificates are always checked');
  if ((url.username === '') !== (url.password === ''))
    throw new Error('must have a user and a password, or neither');
  const auth = { user: plain(url.username), pass: plain(url.password) };
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || PORTS[url.protocol],
    secure: url.protocol === 'smtps:',
    ...(url.username === '' ? {} : { auth }),
  };
}

function plain(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Error('must have % written as %25 in user and password');
  }
}

const address = z.email().max(254);
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a name may not have
const NAMED = /^([^<>"\u0000-\u001f\u007f]{0,80}?)\s*<([^<>\s]+)>$/;

/** Reads `switchyard@example.com` or `Switchyard <switchyard@example.com>`; throws in the operator's words. */
export function parseMailSender(text: string): MailSettings['from'] {
  const [, name = '', inside = text.trim()] = NAMED.exec(text.trim()) ?? [];
  if (!address.safeParse(inside).success)
    throw new Error('must be an e-mail address, like Switchyard <switchyard@example.com>');
  return { name: name.trim(), address: inside };
}

/** Whether what is sent there stays on this machine. */
export const isThisMachine = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
