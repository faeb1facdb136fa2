import type { ConnectionOptions } from 'node:tls';
import type { Connection, FieldPacket, QueryResult, SslOptions } from 'mysql2/promise';
import { type SqlLogin, type SqlParam, SqlRefused, type SqlResult, type SqlSession } from './sql-session';

/** Too many connections, stopping, waited for a lock, deadlock, read-only after a failover. */
const PASSES = new Set([1040, 1053, 1205, 1213, 1290, 1836]);
/** Of MariaDB (max_statement_time) and of MySQL. */
const TOOK_TOO_LONG = new Set([1969, 3024]);
const UNKNOWN_VARIABLE = '1193';

/** A connection to MariaDB or MySQL over a socket that is connected. Rejects as {@link SqlSession} does. */
export async function mariadbSession(login: SqlLogin): Promise<SqlSession> {
  const { createConnection } = await import('mysql2/promise');
  const { socket, host, username, password, database, tls, timeoutMillis } = login;
  const name = tls?.servername ?? host;
  // An address is compared with the certificate only where it is known here; without it none would fit.
  Object.assign(socket, { _host: name });
  const connection: Connection = await refusals(
    createConnection({
      stream: socket,
      host: name,
      user: username,
      password,
      database,
      ...(tls ? { ssl: sslOf(tls) } : {}),
      connectTimeout: 0,
      multipleStatements: false,
      disableEval: true,
      rowsAsArray: true,
      dateStrings: true,
      jsonStrings: true,
      supportBigNumbers: true,
      bigNumberStrings: true,
    }),
  );
  // Told to whoever waits as well.
  connection.on('error', () => undefined);

  const run: SqlSession['run'] = async (text, params) =>
    resultOf(
      await refusals(
        params.length === 0
          ? connection.query<QueryResult>(text)
          : connection.execute<QueryResult>(text, params.map(sendable)),
      ),
    );
  // MySQL has no such limit for what changes something.
  await run(`SET SESSION max_statement_time = ${timeoutMillis / 1000}`, []).catch((error: unknown) => {
    if (!(error instanceof SqlRefused && error.code === UNKNOWN_VARIABLE)) throw error;
  });
  return { run };
}

const sslOf = ({ ca, cert, key, rejectUnauthorized = true }: ConnectionOptions): SslOptions => ({
  ...({ ca, cert, key } as SslOptions),
  rejectUnauthorized,
  verifyIdentity: rejectUnauthorized,
});

const sendable = (param: SqlParam) => (typeof param === 'boolean' ? Number(param) : param);

function resultOf([answer, fields]: [QueryResult, FieldPacket[]]): SqlResult {
  if (!Array.isArray(answer)) return { columns: [], rows: [], count: answer.affectedRows };
  // A procedure answers with several sets: the first counts.
  const several = Array.isArray(fields?.[0]);
  const set = (several ? answer[0] : answer) as unknown[][];
  const columns = ((several ? fields[0] : fields) as unknown as FieldPacket[]).map(({ name }) => name);
  return { columns, rows: set.map((row) => row.map(textOf)), count: set.length };
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (Buffer.isBuffer(value)) return value.toString('utf8');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

async function refusals<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    const { errno, sqlState, message } = error as { errno?: number; sqlState?: string; message: string };
    if (sqlState === undefined || errno === undefined) throw error;
    const kind = PASSES.has(errno) ? 'passes' : TOOK_TOO_LONG.has(errno) ? 'tookTooLong' : 'refused';
    throw new SqlRefused(String(errno), message, kind);
  }
}
