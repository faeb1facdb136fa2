import type { Contender } from './contender';
import { OwnRows } from './own-rows';

/** Loops that claim from their own rows: nothing watches over them, and nothing of it is an engine. */
export const skipLocked: Contender = async (url, work) => {
  const rows = new OwnRows(url, work);
  await rows.make(work);
  const loop = async () => {
    for (let id = await rows.claim(); id !== null; id = await rows.claim()) await rows.stages(id, work);
  };
  return {
    run: async () => {
      await Promise.all(Array.from({ length: work.concurrency }, loop));
    },
    close: () => rows.close(),
  };
};
