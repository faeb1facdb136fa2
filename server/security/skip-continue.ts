import type { Socket } from 'node:net';

const CONTINUE = Buffer.from('HTTP/1.1 100 ');
const END = Buffer.from('\r\n\r\n');
/** No more of an announcement is waited for. */
const LONGEST = 16 * 1024;

/**
 * Takes every `100 Continue` that nobody asked for off a connection: it says nothing, and the client would end the
 * connection at it. Only what comes first after something was sent is looked at, where an answer begins; requests follow
 * one another on a connection, so it can be nothing else.
 */
export function skipContinue<Connection extends Socket>(socket: Connection): Connection {
  let begins = false;
  let held: Buffer | null = null;
  const write = socket.write.bind(socket) as (...given: unknown[]) => boolean;
  const read = socket.read.bind(socket);
  socket.write = (...given: unknown[]) => {
    begins = true;
    return write(...given);
  };
  socket.read = (size?: number) => {
    const chunk: Buffer | null = read(size);
    if (!begins || chunk === null) return chunk;
    const rest = withoutContinue(held === null ? chunk : Buffer.concat([held, chunk]));
    held = rest.incomplete ? rest.bytes : null;
    // What is held back comes with the next piece.
    if (rest.incomplete || rest.bytes.length === 0) return null;
    begins = false;
    return rest.bytes;
  };
  return socket;
}

/** What follows; incomplete while it may still turn out to be one. */
function withoutContinue(given: Buffer): { bytes: Buffer; incomplete: boolean } {
  let bytes = given;
  for (;;) {
    const seen = Math.min(bytes.length, CONTINUE.length);
    if (!bytes.subarray(0, seen).equals(CONTINUE.subarray(0, seen))) return { bytes, incomplete: false };
    const end = bytes.indexOf(END);
    if (end === -1) return { bytes, incomplete: bytes.length < LONGEST && bytes.length > 0 };
    bytes = bytes.subarray(end + END.length);
  }
}
