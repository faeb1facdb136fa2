import { AnswerTooLarge, MEGABYTE } from '@/server/steps/guarded-socket';
import { NotUnderstood, SqlRefused } from './sql-session';

const HEADER_BYTES = 5;
/** The servers' own is 4,096. The client computes them without a pause: so many take some 30 ms. */
const MOST_ROUNDS = 50_000;

/** Ways to prove who one is that the client speaks, by what went before: null is the first. */
const PROOF = { done: 0, plain: 3, md5: 5, sasl: 10, saslContinue: 11, saslFinal: 12 } as const;
const NEXT_PROOF = new Map<number | null, readonly number[]>([
  [null, [PROOF.done, PROOF.plain, PROOF.md5, PROOF.sasl]],
  [PROOF.plain, [PROOF.done]],
  [PROOF.md5, [PROOF.done]],
  [PROOF.sasl, [PROOF.saslContinue]],
  [PROOF.saslContinue, [PROOF.saslFinal]],
  [PROOF.saslFinal, [PROOF.done]],
]);

const DURING_LOGIN = 'RSKENZ';
const AFTER_LOGIN = '12tTnDCIENSAZHGdc';
/** What a COPY … TO STDOUT hands out: the client would make a stream of it. */
const COPIED_OUT = 'Hdc';

/**
 * Reads what a server says and hands on whole messages that are in order, before the client sees any of it: that one takes
 * every length, count and order for what it should be, and would loop, compute for hours or throw where nobody catches it.
 */
export class PostgresReader {
  /** What came of a message that is not whole yet, and how long it will be; 0 while that is not known. */
  #pieces: Buffer[] = [];
  #came = 0;
  #length = 0;
  #proof: number | null = null;
  /** It was asked for something, and has not answered. */
  #owes = false;
  #loggedIn = false;
  /** Of the rows that come; null where nothing was said of them. */
  #columns: number | null = null;
  #isOpen = false;

  /** A transaction was open after the last statement. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** The client said something. */
  answered(): void {
    this.#owes = false;
  }

  /** What of it may be handed on. Throws {@link NotUnderstood} for what is none, {@link SqlRefused} for what no step can do. */
  take(chunk: Buffer): Buffer {
    const good: Buffer[] = [];
    for (let at = 0; at < chunk.length; ) {
      const wanted = this.#length === 0 ? HEADER_BYTES : this.#length;
      const piece = chunk.subarray(at, at + wanted - this.#came);
      at += piece.length;
      this.#came += piece.length;
      this.#pieces.push(piece);
      if (this.#came < wanted) break;
      const whole = this.#pieces.length === 1 ? piece : Buffer.concat(this.#pieces);
      this.#pieces = [whole];
      if (this.#length === 0) this.#length = this.#lengthOf(whole);
      if (this.#came < this.#length) continue;
      this.#pieces = [];
      this.#came = 0;
      this.#length = 0;
      if (this.#judge(whole)) good.push(whole);
    }
    return Buffer.concat(good);
  }

  #lengthOf(header: Buffer): number {
    const kind = kindOf(header);
    const length = header.readUInt32BE(1);
    if (!(this.#loggedIn ? AFTER_LOGIN : DURING_LOGIN).includes(kind))
      throw new NotUnderstood('this is no message of PostgreSQL');
    if (length > MEGABYTE && this.#loggedIn) throw new AnswerTooLarge();
    if (length < HEADER_BYTES - 1 || length > MEGABYTE)
      throw new NotUnderstood('a message has a length that none has');
    return length + 1;
  }

  /** Whether the client is to see it. */
  #judge(message: Buffer): boolean {
    const body = message.subarray(HEADER_BYTES);
    const kind = kindOf(message);
    if (COPIED_OUT.includes(kind)) return false;
    if (kind === 'G')
      throw new SqlRefused('COPY', 'COPY … FROM STDIN waits for data that a step cannot send', 'refused');
    if (!this.#fits(kind, body)) throw new NotUnderstood('a message is not as PostgreSQL writes it');
    return true;
  }

  #fits(kind: string, body: Buffer): boolean {
    switch (kind) {
      case 'R':
        return this.#proves(body);
      case 'Z':
        this.#loggedIn ||= this.#proof === PROOF.done;
        this.#columns = null;
        this.#isOpen = body.toString('latin1') !== 'I';
        return this.#loggedIn && body.length === 1;
      case 'K':
        return body.length >= 8;
      case 'S':
        return textsIn(body) === 2;
      case 'A':
        return body.length > 4 && textsIn(body.subarray(4)) === 2;
      case 'E':
        return hasFields(body, 'CM');
      case 'N':
        return hasFields(body, '');
      case 'T':
        this.#columns = columnsIn(body);
        return this.#columns !== null;
      case 'n':
        this.#columns = 0;
        return body.length === 0;
      case 't':
        return body.length >= 2 && body.length === 2 + 4 * body.readUInt16BE(0);
      case 'D':
        return this.#columns !== null && isRow(body, this.#columns);
      case 'C':
        return textsIn(body) === 1;
      default:
        return body.length === 0;
    }
  }

  #proves(body: Buffer): boolean {
    if (body.length < 4) return false;
    const asked = body.readUInt32BE(0);
    const rest = body.subarray(4);
    if (this.#proof === null && !NEXT_PROOF.get(null)?.includes(asked))
      throw new NotUnderstood(`it asks for a proof of who one is that is not known here (number ${asked})`);
    // A client that is answered before it spoke would write to what it closed.
    if (this.#owes || !NEXT_PROOF.get(this.#proof)?.includes(asked)) return false;
    this.#owes = asked !== PROOF.done && asked !== PROOF.saslFinal;
    this.#proof = asked;
    if (asked === PROOF.md5) return rest.length === 4;
    if (asked === PROOF.sasl) {
      if (rest.toString('latin1').split('\0').includes('SCRAM-SHA-256')) return true;
      throw new NotUnderstood('it asks for a proof of who one is that is not known here (no SCRAM-SHA-256)');
    }
    if (asked !== PROOF.saslContinue) return true;
    const rounds = /^r=[^,]+,s=[A-Za-z0-9+/=]+,i=(\d{1,10})$/.exec(rest.toString('latin1'))?.[1];
    if (rounds === undefined || Number(rounds) === 0) return false;
    if (Number(rounds) <= MOST_ROUNDS) return true;
    throw new NotUnderstood(
      `it asks for ${rounds} rounds of SCRAM, and ${MOST_ROUNDS} are the most that are computed (scram_iterations)`,
    );
  }
}

const kindOf = (message: Buffer): string => String.fromCharCode(message[0] ?? 0);

/** How many texts there are, each with a zero at its end; -1 when the last has none. */
function textsIn(body: Buffer): number {
  if (body.at(-1) !== 0) return -1;
  let count = 0;
  for (let at = body.indexOf(0); at !== -1; at = body.indexOf(0, at + 1)) count += 1;
  return count;
}

/** What is told of an error: a letter and a text each, and a zero at the end. */
function hasFields(body: Buffer, needed: string): boolean {
  let found = '';
  let at = 0;
  while (body[at] !== 0) {
    found += String.fromCharCode(body[at] ?? 0);
    const end = body.indexOf(0, at + 1);
    if (end === -1) return false;
    at = end + 1;
  }
  return at === body.length - 1 && [...needed].every((letter) => found.includes(letter));
}

/** After the name of a column: where it is from, its type and how it is written. */
const COLUMN_BYTES = 18;

function columnsIn(body: Buffer): number | null {
  if (body.length < 2) return null;
  const count = body.readUInt16BE(0);
  let at = 2;
  for (let column = 0; column < count; column += 1) {
    const end = body.indexOf(0, at);
    if (end === -1) return null;
    at = end + 1 + COLUMN_BYTES;
  }
  return at === body.length ? count : null;
}

function isRow(body: Buffer, columns: number): boolean {
  if (body.length < 2 || body.readUInt16BE(0) !== columns) return false;
  let at = 2;
  for (let column = 0; column < columns; column += 1) {
    if (at + 4 > body.length) return false;
    const length = body.readInt32BE(at);
    if (length < -1) return false;
    at += 4 + Math.max(0, length);
  }
  return at === body.length;
}
