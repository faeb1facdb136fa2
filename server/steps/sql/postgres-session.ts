import { isIP } from 'node:net';
import type postgres from 'postgres';
import { type SqlLogin, SqlRefused, type SqlSession } from './sql-session';

/** Classes of SQLSTATE that pass by themselves: resources, an operator's intervention, conflicts, read-only after a failover. */
const PASSES = /^(53|57P|40|55P03|25006)/;
const CANCELLED = '57014';

/** Of every type that the client would write in a way of its own: JSON a second time, "true" as false. */
const asItIs = {
  to: 25,
  from: [16, 17, 21, 23, 26, 114, 700, 701, 1082, 1114, 1184, 3802],
  serialize: (text: string) => text,
  parse: (text: string) => text,
};

/** A connection to PostgreSQL over a socket that is connected. Rejects as {@link SqlSession} does. */
export async function postgresSession(login: SqlLogin): Promise<SqlSession> {
  const { default: connect } = await import('postgres');
  const { socket, host, username, password, database, tls, timeoutMillis } = login;
  let used = false;
  const sql = connect({
    host,
    database: database === '' ? username : database,
    username,
    // Not as a text: an empty one would be taken from this process's own environment.
    password: () => password,
    ssl: tls ? { host, servername: isIP(host) === 0 ? host : undefined, ...tls } : false,
    // Not known to its types: what makes the connection.
    ...({ socket: () => once() } satisfies { socket(): unknown }),
    max: 1,
    max_lifetime: null,
    connect_timeout: 0,
    fetch_types: false,
    prepare: false,
    types: { asItIs },
    onnotice: () => undefined,
    connection: { application_name: 'switchyard' },
  } as postgres.Options<{ asItIs: postgres.PostgresType<string> }>);
  socket.once('close', () => void sql.end({ timeout: 0 }).catch(() => undefined));

  const run: SqlSession['run'] = async (text, params) => {
    try {
      const values = params.map((param) => (param === null ? null : String(param)));
      const answer = await sql.unsafe(text, values, { simple: false } as postgres.UnsafeQueryOptions).raw();
      return {
        columns: (answer.columns ?? []).map(({ name }) => name),
        rows: answer.map((row) => row.map((value) => value?.toString() ?? null)),
        count: answer.count ?? null,
      };
    } catch (error) {
      const { name, code, message } = error as Partial<postgres.PostgresError>;
      if (name !== 'PostgresError' || code === undefined) throw error;
      const kind = code === CANCELLED ? 'tookTooLong' : PASSES.test(code) ? 'passes' : 'refused';
      throw new SqlRefused(code, message ?? '', kind);
    }
  };
  await run(`SET statement_timeout = ${timeoutMillis}`, []);
  return { run };

  /** It would connect again where it lost one. */
  function once() {
    if (used) throw new Error('cut the connection before it answered');
    used = true;
    return Object.assign(socket, { host });
  }
}
