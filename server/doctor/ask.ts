import { Agent, errors, request } from 'undici';
import { reasonOf } from './check';

/** What a server answered, or why it did not. */
export type Answer =
  | { status: number; headers: Record<string, string | string[] | undefined>; body: string }
  | { error: string };

const ANSWER_MS = 3000;
const MOST_BYTES = 64 * 1024;

/** Reads one page of ours; follows no redirect. `anyName`: whoever answers, whatever its certificate says. */
export async function ask(url: URL, signal: AbortSignal, { anyName = false } = {}): Promise<Answer> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
  const dispatcher = anyName ? new Agent({ connect: { rejectUnauthorized: false } }) : undefined;
  try {
    const { statusCode, headers, body } = await request(url, {
      signal: within,
      dispatcher,
      headers: { 'user-agent': 'switchyard-doctor', connection: 'close' },
    });
    let text = '';
    for await (const chunk of body) {
      text += String(chunk);
      if (text.length > MOST_BYTES) break;
    }
    return { status: statusCode, headers, body: text };
  } catch (error) {
    const late = within.aborted || error instanceof errors.ConnectTimeoutError;
    return { error: late ? `no answer within ${ANSWER_MS / 1000} s` : reasonOf(error) };
  } finally {
    void dispatcher?.close();
  }
}

/** The version that a server of ours says at /healthz; null where something else answers. */
export function versionIn(answer: Answer): string | null {
  if ('error' in answer || answer.status !== 200) return null;
  const told = parsed(answer.body) as { status?: unknown; version?: unknown } | null;
  return told?.status === 'alive' && typeof told.version === 'string' ? told.version : null;
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
