import { createServer, type Server } from 'node:https';
import type { Logger } from 'pino';
import { EnvError } from './env';
import { readTlsPair, type TlsFiles, type TlsPair } from './security/tls-pair';

/** Read anew: a folder's own news miss files that are links to a folder that is replaced. */
const LOOK_EVERY_MS = 30_000;

/** A server that speaks TLS, and takes a renewed pair up for whoever connects from then on. */
export interface TlsServer {
  http: Server;
  /** Reads the files now; a broken pair is told, and the one before stays. */
  renew(): void;
  close(): Promise<void>;
}

/** Throws {@link EnvError} when the pair is broken. */
export function createTlsServer(files: TlsFiles, log: Logger, lookEveryMillis = LOOK_EVERY_MS): TlsServer {
  const first = readTlsPair(files);
  if ('problem' in first) throw new EnvError([first.problem]);
  const tell = ({ validUntil }: TlsPair, what: string) => {
    const over = validUntil.getTime() < Date.now();
    if (over) log.warn({ validUntil }, `${what}, and it is over: browsers refuse it`);
    else log.info({ validUntil }, what);
  };
  tell(first.pair, 'The certificate was read');
  const http = createServer({ cert: first.pair.cert, key: first.pair.key });
  let { pair } = first;
  let told = '';
  const renew = () => {
    const found = readTlsPair(files);
    if ('problem' in found) {
      const { variable, message } = found.problem;
      // Whoever writes them writes one after the other, and they belong together only then.
      const said = `The certificate was not renewed, the one before stays: ${variable} ${message}`;
      if (said !== told) log.error(said);
      told = said;
      return;
    }
    told = '';
    if (found.pair.cert.equals(pair.cert) && found.pair.key.equals(pair.key)) return;
    pair = found.pair;
    http.setSecureContext({ cert: pair.cert, key: pair.key });
    tell(pair, 'The certificate was renewed');
  };
  const looking = setInterval(renew, lookEveryMillis).unref();
  return {
    http,
    renew,
    close: async () => clearInterval(looking),
  };
}
