import { render } from '@/domain/template';
import type { Endpoint } from '@/domain/tenant';
import type { FailedAnswer } from '@/server/steps/answer';
import { AnswerTooLarge, assertBounded, guardedSocket } from '@/server/steps/guarded-socket';
import { withinHostLimit } from '@/server/steps/host-limit';
import { SHOWN_BODY_CHARS } from '@/server/steps/judge-condition';
import { networkFailure, timeoutFailure } from '@/server/steps/network-failure';
import { type SendContext, scopeFor } from '@/server/steps/request-scope';
import { type ServerAddress, serverAddress } from '@/server/steps/server-address';
import type { CallRecord } from '@/server/steps/task-runtime-context';
import { socketTls } from '@/server/steps/tls-for';
import { mariadbSession } from './mariadb-session';
import { postgresSession } from './postgres-session';
import {
  NotUnderstood,
  type SqlLogin,
  type SqlParam,
  SqlRefused,
  type SqlResult,
  type SqlSession,
} from './sql-session';
import { SQL_ADDRESSES, type SqlConnection, type SqlStatement } from './sql-settings';

/** Rows that are shown of an answer. */
const SHOWN_ROWS = 20;

const DRIVERS = {
  postgresql: { open: postgresSession, says: 'PostgreSQL', begin: 'BEGIN', undoesAll: true },
  // Statements that change the structure commit what went before them, and are not undone.
  mariadb: { open: mariadbSession, says: 'MariaDB', begin: 'START TRANSACTION', undoesAll: false },
} as const;

/** One result for each statement that was sent, those of `runAnswer` after their own. */
export type SqlAnswer = { ok: true; results: SqlResult[]; record: CallRecord } | FailedAnswer;

export const driverName = ({ driver }: Pick<SqlConnection, 'driver'>): string => DRIVERS[driver].says;

interface Asking {
  transaction?: boolean;
  /** For whom statements that change something are (null: the tenant as a whole); undefined: they only read. */
  recipient?: string | null;
}

/**
 * Sends statements over a connection of its own, which is always closed. Parameters (templates) go apart from the text.
 * Never throws for what the network or the database does; rejects when the run is aborted and when a template or the URL is
 * wrong. Nothing is repeated here.
 */
export async function askSql(
  context: SendContext,
  settings: SqlConnection,
  endpoint: Endpoint | null,
  statements: readonly SqlStatement[],
  { transaction = false, recipient }: Asking = {},
): Promise<SqlAnswer> {
  const scope = scopeFor(context, endpoint);
  const fill = (text: string) => render(text, scope);
  const address = serverAddress(SQL_ADDRESSES[settings.driver], fill(settings.url));
  const login = { ...loginOf(settings, address, fill), tls: socketTls(settings, scope) };
  context.veil.add(login.password);
  const filled = statements.map(({ params = [], ...rest }) => ({
    ...rest,
    params: params.map((param) => (typeof param === 'string' ? fill(param) : param)),
  }));
  const safe = (text: string) => context.veil.hideStart(text, SHOWN_BODY_CHARS);

  return withinHostLimit(address.hostAndPort, settings.maxPerHost, context.signal, async () => {
    const began = performance.now();
    const talk = new Talk(DRIVERS[settings.driver], transaction);
    const record = (ok: boolean, ...more: string[]): CallRecord => ({
      instance: endpoint?.key ?? '',
      request: `${address.shown}\n${safe(filled.map(written).join('\n'))}`,
      response: safe([...talk.results.map(told), ...more].join('\n')),
      ok,
      millis: Math.round(performance.now() - began),
    });
    const reach = recipient === undefined ? null : (context.reached ?? null);
    const whom = recipient ?? null;
    const first = reach?.isFirst(whom) ?? true;
    const timeout = AbortSignal.timeout(settings.timeoutMillis);
    try {
      await connected(context, address, AbortSignal.any([context.signal, timeout]), async (socket) => {
        const session = await DRIVERS[settings.driver].open({ ...login, socket });
        reach?.leaves(whom);
        talk.begun = true;
        await talk.say(session, filled, () => assertBounded(socket));
      });
      reach?.taken(whom);
      return { ok: true, results: talk.results, record: record(true) };
    } catch (error) {
      context.signal.throwIfAborted();
      const why = timeout.aborted ? timeoutFailure(settings.timeoutMillis) : explain(error);
      if (talk.begun && talk.mayHold(error)) reach?.taken(whom);
      else if (talk.begun) reach?.refused(whom, first);
      const message = safe(talk.begun ? talk.withWhatHolds(why.message, error) : why.message);
      const lost = talk.begun && talk.isLost(error);
      return { ok: false, ...why, message, status: null, lost, record: record(false, why.message) };
    }
  });
}

/** Uses a connection, and closes it whatever comes of it. */
async function connected(
  { http }: SendContext,
  address: ServerAddress,
  signal: AbortSignal,
  use: (socket: SqlLogin['socket']) => Promise<void>,
): Promise<void> {
  const socket = await guardedSocket(http, address, signal);
  // A client that waits for what never comes does not always hear of the end of its connection.
  const cut = new Promise<never>((_resolve, reject) => {
    socket.once('error', reject);
    socket.once('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
  });
  cut.catch(() => undefined);
  try {
    await Promise.race([use(socket), cut]);
  } finally {
    socket.destroy();
  }
}

type Filled = Omit<SqlStatement, 'params'> & { params: SqlParam[] };

/** What was said on one connection, and how far it came. */
class Talk {
  begun = false;
  readonly results: SqlResult[] = [];
  /** Of the statements as they were given, from 1. */
  #at = 0;
  #committing = false;
  /** A statement ended the transaction itself, or was sent to do so. */
  #ended = false;

  constructor(
    private readonly driver: (typeof DRIVERS)[keyof typeof DRIVERS],
    private readonly transaction: boolean,
  ) {}

  /** `bounds` throws when an answer was too large. */
  async say(session: SqlSession, statements: readonly Filled[], bounds: () => void): Promise<void> {
    if (this.transaction) await session.run(this.driver.begin, []);
    const run = (text: string, params: SqlParam[]) => {
      this.#ended ||= endsTransaction(text);
      return session.run(text, params);
    };
    for (const { sql, params, rows, runAnswer } of statements) {
      this.#at += 1;
      const result = await run(sql, params);
      this.results.push(result);
      bounds();
      if (rows !== undefined && result.count !== rows)
        throw new SqlRefused('ROWS', `it came to ${countOf(result)}, expected ${rows}`, 'refused');
      if (runAnswer) for (const [text] of result.rows) if (text) this.results.push(await run(text, []));
    }
    if (!this.transaction && session.isOpen) throw new SqlRefused(OPEN, LEFT_OPEN, 'refused');
    this.#committing = true;
    if (this.transaction) await session.run('COMMIT', []);
  }

  /** Nobody knows whether it was carried out. */
  isLost(error: unknown): boolean {
    if (error instanceof SqlRefused) return false;
    // The answer to a commit is short: what came instead tells nothing of it.
    if (error instanceof AnswerTooLarge) return this.transaction && this.#committing;
    return !(this.#undoes && !this.#committing);
  }

  /** Something of it may have taken effect. */
  mayHold(error: unknown): boolean {
    if (this.isLost(error)) return true;
    return !this.#undoes && (this.results.length > 0 || error instanceof AnswerTooLarge);
  }

  /** A failure, with what became of the statements before it. */
  withWhatHolds(message: string, error: unknown): string {
    if (this.isLost(error) || (error instanceof SqlRefused && error.code === OPEN)) return message;
    if (this.transaction && !this.#ended)
      return `${message} (statement ${this.#at}; the transaction was not committed)`;
    if (error instanceof AnswerTooLarge)
      return `${message} (statement ${this.#at}; it may have taken effect, like what was carried out before)`;
    return this.results.length === 0
      ? message
      : `${message} (statement ${this.#at}; what was carried out before has taken effect)`;
  }

  get #undoes(): boolean {
    return this.transaction && this.driver.undoesAll && !this.#ended;
  }
}

const OPEN = 'OPEN';
const LEFT_OPEN =
  'a transaction was left open, which is undone: end it with COMMIT, or leave it to "transaction": true';

/** Whether a statement makes hold what went before it, whatever else is to come in its transaction. */
function endsTransaction(sql: string): boolean {
  let rest = sql.trimStart();
  for (let end = commentEnd(rest); end > 0; end = commentEnd(rest)) rest = rest.slice(end).trimStart();
  return /^(commit|end|prepare\s+transaction)\b/i.test(rest);
}

/** Where a comment that stands at the beginning ends; 0 when there is none. */
function commentEnd(text: string): number {
  const close = text.startsWith('--') ? '\n' : text.startsWith('/*') ? '*/' : null;
  const at = close === null ? -1 : text.indexOf(close);
  return close === null || at === -1 ? 0 : at + close.length;
}

function loginOf(
  { username, password, timeoutMillis }: SqlConnection,
  { host, path: database }: ServerAddress,
  fill: (text: string) => string,
): Omit<SqlLogin, 'socket' | 'tls'> {
  const login = { host, database, username: fill(username), password: fill(password ?? ''), timeoutMillis };
  if (`${login.username}${login.password}`.includes('\0'))
    throw new Error('The username or the password of a sql step has a character that no database takes.');
  // The client would look for one in this process's own environment.
  if (login.username === '') throw new Error('The username of a sql step is empty.');
  return login;
}

function explain(error: unknown) {
  if (error instanceof SqlRefused) return error.told;
  if (error instanceof AnswerTooLarge) {
    const { message } = error;
    return { errorType: 'BUSINESS' as const, code: 'TOO_LARGE', message, retryable: false };
  }
  if (error instanceof NotUnderstood) {
    const { message } = error;
    return { errorType: 'NETWORK' as const, code: 'NOT_UNDERSTOOD', message, retryable: true };
  }
  const { code, message } = error as NodeJS.ErrnoException;
  // The client puts it in place of the reason's own.
  if (code === 'HANDSHAKE_SSL_ERROR' && !('library' in Object(error)))
    return networkFailure(Object.assign(new Error(message), { code: 'CERT_NOT_TRUSTED' }));
  return networkFailure(CUT.has(code ?? '') ? { code: 'ECONNRESET' } : error);
}

/** What clients say when the connection is gone. */
const CUT = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'PROTOCOL_CONNECTION_LOST',
]);

const written = ({ sql, params }: Filled): string =>
  params.length === 0 ? sql : `${sql}\n-- ${params.map((param) => JSON.stringify(param)).join(', ')}`;

function told({ columns, rows, count }: SqlResult): string {
  if (columns.length === 0) return count === null ? 'done' : countOf({ count });
  const lines = rows.slice(0, SHOWN_ROWS).map((row) => row.map((value) => value ?? 'NULL').join(' | '));
  return [columns.join(' | '), ...lines, ...(rows.length > SHOWN_ROWS ? ['…'] : [])].join('\n');
}

const countOf = ({ count }: Pick<SqlResult, 'count'>): string =>
  count === 1 ? '1 row' : `${count ?? 'no number of'} rows`;
