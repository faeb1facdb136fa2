import { Socket } from 'node:net';
import postgres from 'postgres';

const PORT = 5432;
const PROBE_SECONDS = 3;
/** `postgres://user:password@` and then hosts, a comma between them. */
const PARTS = /^(postgres(?:ql)?:\/\/(?:[^@/?]*@)?)([^/?]+)(.*)$/i;
const ATTRS = 'target_session_attrs';

/** The addresses of an URL: more than one of a primary and those that may take its place. */
function hostsIn(url: string): string[] {
  return (PARTS.exec(url)?.[2] ?? '').split(',').filter((host) => host !== '');
}

/** The same with its first address alone, which is an URL as everybody knows them. */
export const firstHostUrl = (url: string): URL => new URL(withHost(url, hostsIn(url)[0] ?? ''));

const withHost = (url: string, host: string): string =>
  url.replace(PARTS, (_all, before: string, _hosts, after: string) => `${before}${host}${after}`);

/**
 * Reads an URL that may name several hosts, as libpq has it: of those the primary is wanted. Null when it is none. Whatever was
 * asked for becomes `primary`: the driver takes a standby for one that can be written to.
 */
export function parseDatabaseUrl(text: string): string | null {
  const hosts = hostsIn(text);
  if (hosts.length === 0 || !hosts.every((host) => URL.canParse(withHost(text, host)))) return null;
  if (hosts.length === 1) return text;
  const [address = '', query = ''] = text.split('?');
  const parameters = new URLSearchParams(query);
  if (!['primary', 'read-write'].includes(parameters.get(ATTRS) ?? '')) return null;
  parameters.set(ATTRS, 'primary');
  return `${address}?${parameters}`;
}

/** What node-postgres needs to follow the primary of such an URL: it knows one host, but asks us for its socket. */
export function nodePostgresOf(url: string): { connectionString: string; stream?: () => Socket } {
  if (hostsIn(url).length < 2) return { connectionString: url };
  const first = firstHostUrl(url);
  first.searchParams.delete(ATTRS);
  return { connectionString: first.href, stream: () => new PrimarySocket(url) };
}

/** Connects to whichever host is the primary now, wherever it is told to. */
class PrimarySocket extends Socket {
  constructor(private readonly databaseUrl: string) {
    super();
  }

  override connect(): this {
    primaryOf(this.databaseUrl).then(
      ({ hostname, port }) => {
        // Whoever wanted it may have given up meanwhile; a closed socket would open anew.
        if (!this.destroyed)
          super.connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || PORT) });
      },
      (error: Error) => this.destroy(error),
    );
    return this;
  }
}

/** Asks all of them at once: the first that says it is no standby. */
async function primaryOf(url: string): Promise<URL> {
  const asked = hostsIn(url).map(async (host) => {
    const one = firstHostUrl(withHost(url, host));
    one.searchParams.delete(ATTRS);
    const sql = postgres(one.href, {
      ...{ max: 1, connect_timeout: PROBE_SECONDS, fetch_types: false, onnotice: () => {} },
      connection: { application_name: 'switchyard primary', statement_timeout: PROBE_SECONDS * 1000 },
    });
    try {
      const [row] = await sql<{ standby: boolean }[]>`select pg_is_in_recovery() as standby`;
      if (row?.standby !== false) throw new Error(`${host} is a standby`);
      return one;
    } finally {
      await sql.end({ timeout: 0 });
    }
  });
  return Promise.any(asked).catch((error: AggregateError) => {
    throw new Error(
      `None of the hosts is a primary: ${error.errors.map((one: Error) => one.message).join('; ')}`,
    );
  });
}
