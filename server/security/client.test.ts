import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createClientOf, dropForwarding, parseProxies } from './client';

const request = (remoteAddress: string, headers: Record<string, string> = {}) =>
  ({
    socket: { remoteAddress },
    headers: { host: 'console.example', ...headers },
  }) as unknown as IncomingMessage;
const from = (proxies: string, remoteAddress: string, headers?: Record<string, string>) =>
  createClientOf(parseProxies(proxies))(request(remoteAddress, headers));

const FORGED = {
  'x-forwarded-for': '203.0.113.9',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'evil.example',
};

it('speaks TLS where the socket does, unless a proxy of ours says how it was asked itself', () => {
  const secure = (proxies: string, headers: Record<string, string>) => {
    const sent = request('10.0.0.1', headers);
    Object.assign(sent.socket, { encrypted: true });
    return createClientOf(parseProxies(proxies))(sent).secure;
  };
  expect(secure('', {})).toBe(true);
  expect(secure('', { 'x-forwarded-proto': 'http' })).toBe(true);
  expect(secure('10.0.0.0/8', {})).toBe(true);
  expect(secure('10.0.0.0/8', { 'x-forwarded-proto': 'http' })).toBe(false);
});

describe('who sent a request', () => {
  it.each([
    ['', '198.51.100.7', '1.1.1.1', '198.51.100.7'],
    ['10.0.0.0/8', '198.51.100.7', '1.1.1.1', '198.51.100.7'],
    ['10.0.0.0/8', '10.0.0.1', '203.0.113.9', '203.0.113.9'],
    // What somebody put in front of what the proxy saw is worth nothing.
    ['10.0.0.0/8', '10.0.0.1', '1.1.1.1, 203.0.113.9', '203.0.113.9'],
    ['10.0.0.0/8', '10.0.0.1', '127.0.0.1, 203.0.113.9, 10.0.0.2', '203.0.113.9'],
    ['10.0.0.0/8', '10.0.0.1', '10.0.0.9, 10.0.0.2', '10.0.0.9'],
    ['10.0.0.0/8', '10.0.0.1', 'nonsense', '10.0.0.1'],
    ['10.0.0.0/8', '10.0.0.1', '203.0.113.9, nonsense', '10.0.0.1'],
    ['10.0.0.0/8', '10.0.0.1', '', '10.0.0.1'],
    ['10.0.0.0/8', '::ffff:10.0.0.1', '203.0.113.9', '203.0.113.9'],
    ['::1, fd00::/8', 'fd12::1', '2001:db8::5', '2001:db8::5'],
    ['10.0.0.0/8', '10.0.0.1', '203.0.113.9:4711', '203.0.113.9'],
    ['10.0.0.0/8', '10.0.0.1', '203.0.113.9, 10.0.0.2:80', '203.0.113.9'],
    ['10.0.0.0/8', '10.0.0.1', '[2001:db8::5]:4711', '2001:db8::5'],
    ['', '::ffff:198.51.100.7', '', '198.51.100.7'],
  ])('behind %j, from %s for %j, is %s', (proxies, peer, forwarded, address) =>
    expect(from(proxies, peer, { 'x-forwarded-for': forwarded }).address).toBe(address),
  );

  it('and how, is told by trusted proxies alone', () => {
    expect(from('10.0.0.0/8', '198.51.100.7', FORGED)).toEqual({
      address: '198.51.100.7',
      secure: false,
      host: 'console.example',
    });
    expect(from('10.0.0.0/8', '10.0.0.1', FORGED)).toEqual({
      address: '203.0.113.9',
      secure: true,
      host: 'evil.example',
    });
    const chained = {
      'x-forwarded-proto': 'https, http',
      'x-forwarded-host': 'evil.example, a.example:8443',
    };
    expect(from('10.0.0.0/8', '10.0.0.1', chained)).toMatchObject({ secure: false, host: 'a.example:8443' });
    expect(from('10.0.0.0/8', '10.0.0.1', { 'x-forwarded-host': 'a b"c' }).host).toBe('console.example');
  });

  it('is told to nobody a second time', () => {
    const sent = request('10.0.0.1', { ...FORGED, forwarded: 'for=1.1.1.1', 'x-real-ip': '1.1.1.1' });
    dropForwarding(sent, { address: '203.0.113.9', secure: true, host: 'a.example' });
    expect(sent.headers).toEqual({ host: 'a.example' });
  });

  it.each(['10.0.0.0/33', 'proxy.example', '10.0.0.0/8, x'])('refuses %j as a list of proxies', (text) =>
    expect(() => parseProxies(text)).toThrow('is not an IP address or a network'),
  );
});
