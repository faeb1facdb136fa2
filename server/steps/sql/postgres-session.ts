import { once } from 'node:events';
import { isIP, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import type postgres from 'postgres';
import { PostgresReader } from './postgres-reader';
import { NoTls, NotUnderstood, type SqlLogin, SqlRefused, type SqlSession } from './sql-session';

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
  const { socket, host, username, password, database, timeoutMillis } = login;
  const reader = new PostgresReader();
  const stream = understood(await encrypted(login), socket, reader);
  let used = false;
  const sql = connect({
    host,
    database: database === '' ? username : database,
    username,
    // Not as a text: an empty one would be taken from this process's own environment.
    password: () => password,
    ssl: false,
    // Not known to its types: what makes the connection.
    ...({ socket: () => onlyOnce() } satisfies { socket(): unknown }),
    max: 1,
    max_lifetime: null,
    idle_timeout: 0,
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
      if (code === 'SASL_SIGNATURE_MISMATCH')
        throw new NotUnderstood('it does not prove that it knows the password itself');
      if (name !== 'PostgresError' || code === undefined) throw error;
      const kind = code === CANCELLED ? 'tookTooLong' : PASSES.test(code) ? 'passes' : 'refused';
      throw new SqlRefused(code, message ?? '', kind);
    }
  };
  await run(`SET statement_timeout = ${timeoutMillis}`, []);
  return {
    run,
    get isOpen() {
      return reader.isOpen;
    },
  };

  /** It would connect again where it lost one. */
  function onlyOnce() {
    if (used) throw new Error('cut the connection before it answered');
    used = true;
    return stream;
  }
}

const ENCRYPT = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/** The connection, encrypted where that is asked for: never half of it, whatever the server says. */
async function encrypted({ socket, host, tls }: SqlLogin): Promise<Socket> {
  if (!tls) return socket;
  socket.write(ENCRYPT);
  const [reply] = (await once(socket, 'data')) as [Buffer];
  // What came with it would be taken for something that was encrypted.
  if (reply.toString('latin1') !== 'S')
    throw reply.toString('latin1') === 'N'
      ? new NoTls()
      : new NotUnderstood('this is no message of PostgreSQL');
  const secure = connectTls({ socket, host, servername: isIP(host) === 0 ? host : undefined, ...tls });
  secure.on('error', () => undefined);
  await once(secure, 'secureConnect');
  return secure;
}

/** The same connection, of which only what is in order is read; `below` is what it runs over. */
function understood(socket: Socket, below: Socket, reader: PostgresReader): Duplex {
  const stream = new Duplex({
    read: () => undefined,
    write: (chunk, _encoding, done) => {
      reader.answered();
      socket.write(chunk, done);
    },
    destroy: (error, done) => {
      below.destroy(error ?? undefined);
      done(error);
    },
  });
  // Nobody may be asking when it ends.
  stream.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    if (stream.destroyed) return;
    try {
      const good = reader.take(chunk);
      if (good.length > 0) stream.push(good);
    } catch (error) {
      stream.destroy(error as Error);
    }
  });
  socket.on('error', (error) => stream.destroy(error));
  socket.on('close', () => stream.destroy());
  return stream;
}
