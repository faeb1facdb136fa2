import { describe, expect, it } from 'vitest';
import { passkeyParty } from './passkeys';

describe('whom passkeys are of', () => {
  it.each([
    ['https://switchyard.example.com', 'switchyard.example.com', 'https://switchyard.example.com'],
    ['https://switchyard.example.com:8443/', 'switchyard.example.com', 'https://switchyard.example.com:8443'],
    ['http://127.0.0.1:3000', 'localhost', 'http://localhost:3000'],
    ['http://[::1]:3000', 'localhost', 'http://localhost:3000'],
    ['http://localhost', 'localhost', 'http://localhost'],
  ])('at %s: of %s, on pages of %s', (url, id, origin) => {
    expect(passkeyParty(new URL(url))).toEqual({ id, origin });
  });

  it.each(['http://switchyard.example.com', 'https://10.0.0.7', 'https://[2001:db8::1]', 'http://10.0.0.7'])(
    'of nobody at %s',
    (url) => expect(passkeyParty(new URL(url))).toBeNull(),
  );
});
