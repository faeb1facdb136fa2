import { type Dispatcher, getGlobalDispatcher, setGlobalDispatcher } from 'undici';
import { ANYWHERE, createTargetDispatcher } from '@/server/security/target-guard';

/** The provider is given so long to begin an answer, and between two pieces of it. */
const SILENCE_MILLIS = 10_000;
const CONNECT_MILLIS = 5000;

/**
 * The way to the provider: anywhere the environment names, but never to a metadata service, whatever a name turns into and
 * wherever an answer leads. The sign-in library calls `fetch` by itself, which takes no other way than that of the whole
 * process: until it is closed, that is this one.
 */
export function openGuardedWay(): { http: Dispatcher; close: () => Promise<void> } {
  // Not composed of others: Node's own fetch would be given the headers of an answer in another shape.
  const http = createTargetDispatcher({
    allow: ANYWHERE,
    connectTimeoutMillis: CONNECT_MILLIS,
    silenceMillis: SILENCE_MILLIS,
  });
  const before = getGlobalDispatcher();
  setGlobalDispatcher(http);
  return {
    http,
    close: async () => {
      setGlobalDispatcher(before);
      await http.close();
    },
  };
}
