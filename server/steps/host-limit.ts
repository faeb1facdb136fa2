interface Waiting {
  most: number;
  admit(): void;
}

/** Requests under way and waiting, by host and port, over all tasks of this process. */
const hosts = new Map<string, { active: number; queue: Waiting[] }>();

/**
 * Does something that counts against a host's limit once fewer than `most` others do; first come, first served.
 * Without `most` it starts at once, but still counts for those that have one. Rejects with the signal's reason when the
 * run is aborted while it waits.
 */
export async function withinHostLimit<T>(
  host: string,
  most: number | undefined,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  await admitted(host, most ?? Number.POSITIVE_INFINITY, signal);
  try {
    return await work();
  } finally {
    leave(host);
  }
}

async function admitted(host: string, most: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const state = hosts.get(host) ?? { active: 0, queue: [] };
  hosts.set(host, state);
  // Whoever asks for no limit need not queue behind those that do.
  if (state.active < most && (state.queue.length === 0 || most === Number.POSITIVE_INFINITY)) {
    state.active += 1;
    return;
  }
  await new Promise<void>((resolve, reject) => {
    const waiting: Waiting = {
      most,
      admit: () => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      },
    };
    const giveUp = () => {
      state.queue.splice(state.queue.indexOf(waiting), 1);
      reject(signal.reason);
      // It may have been the one that held up those behind it.
      admitNext(host);
    };
    signal.addEventListener('abort', giveUp, { once: true });
    state.queue.push(waiting);
  });
}

function leave(host: string): void {
  const state = hosts.get(host);
  if (!state) return;
  state.active -= 1;
  admitNext(host);
}

function admitNext(host: string): void {
  const state = hosts.get(host);
  if (!state) return;
  for (let next = state.queue[0]; next && state.active < next.most; next = state.queue[0]) {
    state.queue.shift();
    state.active += 1;
    next.admit();
  }
  if (state.active === 0 && state.queue.length === 0) hosts.delete(host);
}
