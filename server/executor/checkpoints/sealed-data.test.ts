import { expect, it } from 'vitest';
import { createSecretBox, SecretUnreadable } from '@/server/security/secrets';
import { Veil } from '@/server/security/veil';
import { openHidden, sealHidden } from './sealed-data';

const box = createSecretBox([Buffer.alloc(32, 1)]);
const place = { taskId: 'PLN-1.1', direction: 'forward' };
const values = {
  etag: '"7"',
  link: 'https://target.example/?token=sesame-opens',
  instances: {
    a: { session: 'sesame-opens', revision: 3 },
    b: { session: { id: 'of b', key: ['sesame-opens'] }, revision: 4 },
  },
};

it('what holds something hidden is kept sealed, value by value, and comes back as it was', () => {
  const kept = sealHidden(values, place, box, new Veil(['sesame-opens']));
  expect(JSON.stringify(kept)).not.toMatch(/sesame|of b/);
  expect(kept).toMatchObject({ etag: '"7"', instances: { a: { revision: 3 }, b: { revision: 4 } } });
  const veil = new Veil();
  expect(openHidden(JSON.parse(JSON.stringify(kept)), place, box, veil)).toEqual(values);
  expect(veil.hide('sesame-opens, of b')).toBe('••••••, ••••••');
});

it('is opened only where it was left', () => {
  const kept = sealHidden(values, place, box, new Veil(['sesame-opens']));
  const elsewhere = [
    () => openHidden(kept, { ...place, taskId: 'PLN-1.2' }, box, new Veil()),
    () => openHidden(kept, { ...place, direction: 'rollback' }, box, new Veil()),
    () => openHidden({ etag: kept.link }, place, box, new Veil()),
  ];
  for (const open of elsewhere) expect(open).toThrow(SecretUnreadable);
});

it('without anything hidden is kept as it is', () => {
  expect(sealHidden(values, place, box, new Veil())).toEqual(values);
});
