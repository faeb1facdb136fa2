import { expect, it } from 'vitest';
import { originAllowed } from './origin';

const publicUrl = new URL('https://switchyard.example.com');

it.each([
  [undefined, '10.0.0.5:3000'],
  ['http://localhost:3000', 'localhost:3000'],
  ['http://localhost:3000', '127.0.0.1:3000'],
  ['http://127.0.0.1:3000', 'localhost:3000'],
  ['http://ops-box.local:3000', 'ops-box.local:3000'],
  ['http://192.168.1.20:3000', '192.168.1.20:3000'],
  ['https://switchyard.example.com', '10.0.0.5:3000'],
  ['https://proxied.example', 'proxied.example'],
])('%s may act on %s', (origin, host) => expect(originAllowed({ origin, host, publicUrl })).toBe(true));

it.each([
  ['https://evil.example', 'localhost:3000'],
  ['http://localhost:3001', 'localhost:3000'],
  ['http://localhost:3001', '127.0.0.1:3000'],
  ['https://switchyard.example.com.evil.example', '10.0.0.5:3000'],
  ['http://switchyard.example.com', '10.0.0.5:3000'],
  ['null', 'localhost:3000'],
  ['file://', 'localhost:3000'],
  ['http://localhost:3000', ''],
  ['http://localhost:3000', undefined],
])('%s may not act on %s', (origin, host) => expect(originAllowed({ origin, host, publicUrl })).toBe(false));
