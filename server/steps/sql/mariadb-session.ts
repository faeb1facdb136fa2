import type { ConnectionOptions } from 'node:tls';
import type { Connection } from 'mysql2';
import type { FieldPacket, QueryResult, SslOptions } from 'mysql2/promise';
import { AnswerTooLarge } from '@/server/steps/guarded-socket';
import {
  NoTls,
  NotUnderstood,
  type SqlLogin,
  type SqlParam,
  SqlRefused,
  type SqlResult,
  type SqlSession,
} from './sql-session';

/** Too many connections, stopping, waited for a lock, deadlock, read-only after a failover. */
const PASSES = new Set([1040, 1053, 1205, 1213, 1290, 1836]);
/** Of MariaDB (max_statement_time) and of MySQL. */
const TOOK_TOO_LONG = new Set([1969, 3024]);
const UNKNOWN_VARIABLE = '1193';
/** Of the status of an answer. */
const IN_TRANSACTION = 1;

/** A connection to MariaDB or MySQL over a socket that is connected. Rejects as {@link SqlSession} does. */
export async function mariadbSession(login: SqlLogin): Promise<SqlSession> {
  const { createConnection } = await import('mysql2');
  const { socket, host, username, password, database, tls, timeoutMillis } = login;
  const name = tls?.servername ?? host;
  // An address is compared with the certificate only where it is known here; without it none would fit.
  Object.assign(socket, { _host: name });
  const opened = createConnection({
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
    // A server that asks all the same would be sent nothing, and is not talked to any longer.
    flags: ['-LOCAL_FILES'],
    infileStreamFactory: () => {
      throw new NotUnderstood('it asks for a file of this machine, and gets none');
    },
  });
  judgePackets(opened, (error) => socket.destroy(error));
  await refusals(
    new Promise<void>((resolve, reject) => opened.connect((error) => (error ? reject(error) : resolve()))),
  );
  const connection = opened.promise();

  let isOpen = false;
  const run: SqlSession['run'] = async (text, params) => {
    const came = await refusals(
      params.length === 0
        ? connection.query<QueryResult>(text)
        : connection.execute<QueryResult>(text, params.map(sendable)),
    );
    // Only answers without rows say so.
    if ('serverStatus' in came[0]) isOpen = (Number(came[0].serverStatus) & IN_TRANSACTION) !== 0;
    return resultOf(came);
  };
  // MySQL has no such limit for what changes something.
  await run(`SET SESSION max_statement_time = ${timeoutMillis / 1000}`, []).catch((error: unknown) => {
    if (!(error instanceof SqlRefused && error.code === UNKNOWN_VARIABLE)) throw error;
  });
  return {
    run,
    get isOpen() {
      return isOpen;
    },
  };
}

/** Of the values of all rows together. One that is null takes a bit, and a row may say that it has thousands. */
const MOST_VALUES = 250_000;

/** What the client does not say to its types. */
interface Inner {
  sequenceId: number;
  _command?: { _fieldCount?: number; _rowParser?: unknown };
  handlePacket(packet?: Packet): void;
}

interface Packet {
  sequenceId: number;
  isError(): boolean;
}

/**
 * Looks at every packet before the client does, which writes each that is out of order to this process's own log, and takes
 * as many values as a server likes; `fail` is told what is wrong, and nothing after it is read.
 */
function judgePackets(connection: Connection, fail: (error: Error) => void): void {
  const inner = connection as unknown as Inner;
  const handle = inner.handlePacket.bind(connection);
  let values = 0;
  let over = false;
  const end = (error: Error) => {
    over = true;
    fail(error);
  };
  inner.handlePacket = (packet) => {
    if (over) return;
    if (packet?.isError()) inner.sequenceId = packet.sequenceId;
    if (packet && packet.sequenceId !== inner.sequenceId)
      return end(new NotUnderstood('its packets are out of order'));
    const { _fieldCount = 0, _rowParser } = inner._command ?? {};
    if (packet && _rowParser) values += _fieldCount;
    if (values > MOST_VALUES) return end(new AnswerTooLarge(`answered with more than ${MOST_VALUES} values`));
    handle(packet);
  };
  // Of some answers it tells nobody who waits.
  connection.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== LOST && String(error.code).startsWith('PROTOCOL_'))
      end(new NotUnderstood(error.message));
  });
}

const LOST = 'PROTOCOL_CONNECTION_LOST';

const sslOf = ({ ca, cert, key, rejectUnauthorized = true }: ConnectionOptions): SslOptions => ({
  ...({ ca, cert, key } as SslOptions),
  rejectUnauthorized,
  verifyIdentity: rejectUnauthorized,
});

const sendable = (param: SqlParam) => (typeof param === 'boolean' ? Number(param) : param);

function resultOf([answer, fields]: [QueryResult, FieldPacket[]]): SqlResult {
  if (!Array.isArray(answer)) return { columns: [], rows: [], count: answer.affectedRows };
  const sets = (fields ?? []) as unknown as (FieldPacket[] | FieldPacket | undefined)[];
  if (sets.some((one) => one === undefined || Array.isArray(one))) {
    // A procedure answers with several sets: the first that has rows counts.
    const first = Math.max(0, sets.findIndex(Array.isArray));
    return resultOf([answer[first] as QueryResult, sets[first] as FieldPacket[]]);
  }
  const columns = fields.map(({ name }) => name);
  return { columns, rows: (answer as unknown[][]).map((row) => row.map(textOf)), count: answer.length };
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
    if (sqlState === undefined || errno === undefined) throw inOurWords(error as NodeJS.ErrnoException);
    const kind = PASSES.has(errno) ? 'passes' : TOOK_TOO_LONG.has(errno) ? 'tookTooLong' : 'refused';
    throw new SqlRefused(String(errno), message, kind);
  }
}

/** What the client says of its own, of answers that it makes nothing of, and what it throws while it reads them. */
function inOurWords(error: NodeJS.ErrnoException): Error {
  const { code, message } = error;
  if (error instanceof NotUnderstood || error instanceof AnswerTooLarge) return error;
  if (code === 'HANDSHAKE_NO_SSL_SUPPORT') return new NoTls();
  if (code === 'MYSQL_CLEAR_PASSWORD_NOT_ENABLED')
    return new NotUnderstood('it asks for the password as it is, which is not sent to anybody');
  const plugin = /unknown plugin (.*)\. See /.exec(message)?.[1];
  if (plugin !== undefined)
    return new NotUnderstood(`it asks for a proof of who one is that is not known here (${plugin})`);
  const ofClient = code === undefined || /^(AUTH_SWITCH|HANDSHAKE_UNKNOWN|ERR_(?!SSL|TLS))/.test(code);
  return ofClient ? new NotUnderstood(message) : error;
}
