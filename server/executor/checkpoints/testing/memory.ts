import { type CheckpointKey, type CheckpointStore, keyText, type StageData } from '../checkpoint-store';

/** For tests: gone with the process. */
export function memoryCheckpoints(): CheckpointStore & { lose(): void } {
  const stored = new Map<string, { key: CheckpointKey; data: StageData }>();
  return {
    kind: 'memory',
    save: async (key, data) => {
      stored.set(keyText(key), { key, data: structuredClone(data) });
    },
    load: async (keys) =>
      new Map(
        keys.flatMap((key) => {
          const found = stored.get(keyText(key));
          return found ? [[keyText(key), structuredClone(found.data)]] : [];
        }),
      ),
    drop: async (tasks) => {
      for (const [text, { key }] of stored) {
        const isGone = tasks.some(
          (task) => task.taskId === key.taskId && task.direction === key.direction && key.epoch <= task.epoch,
        );
        if (isGone) stored.delete(text);
      }
    },
    taskIds: async () => [...new Set([...stored.values()].map(({ key }) => key.taskId))],
    close: async () => {},
    lose: () => stored.clear(),
  };
}
