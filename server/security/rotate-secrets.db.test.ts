import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Connection, connect } from '@/db/client';
import { secret } from '@/db/schema/auth';
import { webhook } from '@/db/schema/notify';
import { createTestDatabase, type TestDatabase } from '@/db/testing/test-database';
import { createWebhook } from '@/server/notifications/webhooks';
import { rotateSecrets } from './rotate-secrets';
import { createSecretBox } from './secrets';

let database: TestDatabase;
let connection: Connection;

beforeAll(async () => {
  database = await createTestDatabase();
  connection = connect(database.url);
});
afterAll(async () => {
  await connection.close();
  await database.drop();
});

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
    name: 'chat',
    url: 'https://chat.example.com/hook',
    format: 'json',
    topics: ['planFinished'],
    enabled: true,
    createdBy: 'test',
  });

  const box = createSecretBox([newKey, oldKey]);
  const both = await Promise.all([rotateSecrets(connection.db, box), rotateSecrets(connection.db, box)]);
  expect(both[0] + both[1]).toBe(1_002);
  expect(await rotateSecrets(connection.db, box)).toBe(0);

  const after = createSecretBox([newKey]);
  const kept = await connection.db.select().from(secret);
  expect(kept.map((row) => after.open(row.id, row.ciphertext).split(' ')[0])).toEqual(
    Array(1_001).fill('value'),
  );
  const [chat] = await connection.db.select().from(webhook);
  expect(chat && after.open(chat.webhookId, chat.secret)).toBe(signing);
});
