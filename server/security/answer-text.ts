import { promisify } from 'node:util';
import zlib from 'node:zlib';

/** Packed more often, each time costs as much as the first. */
const MOST_ENCODINGS = 2;

type Headers = Readonly<Record<string, string | string[] | undefined>>;
type Unpack = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const gunzip = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gunzip);
const inflate = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.inflate);
const inflateRaw = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.inflateRaw);
const brotli = promisify<Buffer, zlib.BrotliOptions, Buffer>(zlib.brotliDecompress);

/** Each works off the event loop and stops at the limit. */
const UNPACK: Readonly<Record<string, Unpack>> = {
  gzip: gunzip,
  'x-gzip': gunzip,
  // The standard means zlib's form; many send without its head.
  deflate: (bytes, options) => (((bytes[0] ?? 0) & 0x0f) === 8 ? inflate : inflateRaw)(bytes, options),
  br: brotli,
};

/**
 * The text of an answer: unpacked, in its own character set, without a byte order mark. Throws when it has more bytes than
 * `limit`, packed or unpacked, or is
 * not packed as it says, in words that follow the name of who sent it.
 */
export async function answerText(
  body: AsyncIterable<Buffer>,
  headers: Headers,
  limit: number,
): Promise<string> {
  const packed = await readLimited(body, limit);
  return decoded(await unpacked(packed, headers, limit), headers);
}

async function readLimited(body: AsyncIterable<Buffer>, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limit) throw new Error(`sent more than ${sizeWords(limit)}`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function unpacked(packed: Buffer, headers: Headers, limit: number): Promise<Buffer> {
  const encodings = oneLine(headers['content-encoding'])
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity');
  if (encodings.length > MOST_ENCODINGS)
    throw new Error(`sent a body packed ${encodings.length} times, at most ${MOST_ENCODINGS} are undone`);
  let bytes = packed;
  // What was done last is undone first; an answer without a body is not packed.
  for (const name of encodings.reverse()) {
    if (bytes.length === 0) return bytes;
    const unpack = Object.hasOwn(UNPACK, name) ? UNPACK[name] : undefined;
    if (!unpack) throw new Error(`sent a body packed as ${name.slice(0, 40)}, which is not supported`);
    try {
      bytes = await unpack(bytes, { maxOutputLength: limit });
    } catch (error) {
      const large = (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE';
      throw new Error(
        large
          ? `sent more than ${sizeWords(limit)} once unpacked`
          : `sent a body that is not ${name}, although it says so`,
      );
    }
  }
  return bytes;
}

/** "1 MiB", "1.5 KiB". */
const sizeWords = (bytes: number): string =>
  bytes >= 1024 * 1024
    ? `${Number((bytes / 1024 / 1024).toFixed(2))} MiB`
    : `${Number((bytes / 1024).toFixed(2))} KiB`;

function decoded(bytes: Buffer, headers: Headers): string {
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(oneLine(headers['content-type']))?.[1];
  return decoderFor(markedAs(bytes) ?? charset).decode(bytes);
}

/** A byte order mark says more than a header. */
function markedAs(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return undefined;
}

/** A decoder drops the mark by itself; a set that nobody knows is read as UTF-8. */
function decoderFor(charset: string | undefined): TextDecoder {
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}

const oneLine = (value: string | string[] | undefined): string =>
  (Array.isArray(value) ? value.join(', ') : value) ?? '';
