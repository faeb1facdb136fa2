import { randomBytes, randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { secret } from '@/db/schema/auth';
import { webhook } from '@/db/schema/notify';
import { testDatabase } from '@/db/testing/test-database';
import { createWebhook } from '@/server/notifications/webhooks';
import { rotateSecrets } from './rotate-secrets';
import { createSecretBox } from './secrets';

const connection = testDatabase();

it('seals every secret anew, so that the old key can go', async () => {
  const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
  const before = createSecretBox([oldKey]);
  const rows = Array.from({ length: 1_001 }, (_, index) => {
    const id = randomUUID();
    const ciphertext = before.seal(id, `value ${index}`);
    return { id, tenantId: 'acme', name: `token-${index}`, version: 1, ciphertext };
  });
  await connection.db.insert(secret).values(rows);

  const { secret: signing } = await createWebhook(connection.db, before, {
    ...{ kind: 'webhook', name: 'chat', url: 'https://chat.example.com/hook', format: 'json', own: null },
    ...{ digestSeconds: 60, quiet: null },
    topics: ['planFinished'],
    enabled: true,
    createdBy: 'test',
  });

  const box = createSecretBox([newKey, oldKey]);
  const both = await Promise.all([rotateSecrets(connection.db, box), rotateSecrets(connection.db, box)]);
  expect(both[0].sealed + both[1].sealed).toBe(1_003);
  expect(await rotateSecrets(connection.db, box)).toEqual({ sealed: 0, unreadable: [] });

  const after = createSecretBox([newKey]);
  const kept = await connection.db.select().from(secret);
  expect(kept.map((row) => after.open(row.id, row.ciphertext).split(' ')[0])).toEqual(
    Array(1_001).fill('value'),
  );
  const [chat] = await connection.db.select().from(webhook);
  expect(chat && after.open(chat.webhookId, chat.secret)).toBe(signing);
});

it('seals what can be opened although something else cannot, and says what', async () => {
  const [oldKey, newKey, lostKey] = [randomBytes(32), randomBytes(32), randomBytes(32)];
  const rows = ['readable', 'sealed elsewhere', 'damaged', 'readable too'].map((name) => {
    const id = randomUUID();
    const sealed = createSecretBox([name === 'sealed elsewhere' ? lostKey : oldKey]).seal(id, name);
    return {
      id,
      tenantId: 'borealis',
      name,
      version: 1,
      ciphertext: name === 'damaged' ? sealed.slice(0, -4) : sealed,
    };
  });
  // Set anew after its key was lost: nobody reads the old one.
  const old = rows[1] && { ...rows[1], id: randomUUID(), name: 'set anew' };
  const renewed = old && { ...old, id: randomUUID(), version: 2 };
  if (old && renewed) {
    renewed.ciphertext = createSecretBox([oldKey]).seal(renewed.id, 'anew');
    rows.push(old, renewed);
  }
  await connection.db.insert(secret).values(rows);
  const { unreadable } = await rotateSecrets(connection.db, createSecretBox([newKey, oldKey]));
  const mine = unreadable.filter((told) => told.includes('borealis'));
  expect(mine.map((told) => told.split('"')[1]).sort()).toEqual(['damaged', 'sealed elsewhere']);
  const after = createSecretBox([newKey]);
  const kept = await connection.db.select().from(secret);
  for (const { id, name, ciphertext } of kept.filter(({ tenantId }) => tenantId === 'borealis'))
    if (name.startsWith('readable')) expect(after.open(id, ciphertext)).toBe(name);
});
