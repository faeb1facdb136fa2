import { createClient } from 'redis';
import { type CheckpointStore, keyText } from './checkpoint-store';

const PREFIX = 'switchyard:checkpoint:';
const CONNECT_TIMEOUT_MS = 5000;

/**
 * Stage data in Redis: one hash for each task and direction. What Redis cannot promise: with its usual settings it
 * answers before the data is on disk, so a crash of Redis may lose what was acknowledged. Nothing wrong comes of it: the
 * task whose data is lost ends FAILED and can be retried from its first stage (SPEC 7).
 */
export async function redisCheckpoints(
  url: string,
  onError: (error: unknown) => void,
): Promise<CheckpointStore> {
  const client = createClient({
    url,
    // Without a connection an answer is an error at once, not a promise that waits for ever.
    disableOfflineQueue: true,
    socket: {
      connectTimeout: CONNECT_TIMEOUT_MS,
      reconnectStrategy: (tries) => Math.min(100 * 2 ** tries, 2000),
    },
  });
  client.on('error', onError);
  await client.connect();
  const hash = ({ taskId, direction }: { taskId: string; direction: string }) =>
    `${PREFIX}${taskId}:${direction}`;
  return {
    kind: 'redis',
    async save(key, data) {
      await client.hSet(hash(key), `${key.epoch}:${key.stageIndex}`, JSON.stringify(data));
    },
    async load(keys) {
      const values = await Promise.all(
        keys.map((key) => client.hGet(hash(key), `${key.epoch}:${key.stageIndex}`)),
      );
      return new Map(
        keys.flatMap((key, index) => {
          const value = values[index];
          return value ? [[keyText(key), JSON.parse(value)]] : [];
        }),
      );
    },
    async drop(tasks) {
      await Promise.all(
        tasks.map(async (task) => {
          const fields = await client.hKeys(hash(task));
          const gone = fields.filter((field) => Number(field.slice(0, field.indexOf(':'))) <= task.epoch);
          if (gone.length > 0) await client.hDel(hash(task), gone);
        }),
      );
    },
    async taskIds() {
      const ids = new Set<string>();
      for await (const keys of client.scanIterator({ MATCH: `${PREFIX}*`, COUNT: 500 })) {
        for (const key of keys) ids.add(key.slice(PREFIX.length, key.lastIndexOf(':')));
      }
      return [...ids];
    },
    async close() {
      if (client.isOpen) client.destroy();
    },
  };
}
