import { expect, it } from 'vitest';
import { nameWidth } from './name-width';

const named = (tenantName: string, tenantId = 't1') => ({ tenantName, tenantId });

it('is as wide as the longest name', () => {
  expect(nameWidth([named('Acme'), named('x'.repeat(64)), named('y'.repeat(20))])).toBe(Math.ceil(64 * 7.6));
});

it('gives wide characters the room of two', () => {
  expect(nameWidth([named('极光数据科技有限公司华东区域生产环境')])).toBe(Math.ceil(36 * 7.6));
});

it('has room for an id with the versions beside it', () => {
  expect(nameWidth([named('A', 'a-very-long-tenant-id-of-its-own')])).toBe(Math.ceil((32 + 12) * 7.6));
});
