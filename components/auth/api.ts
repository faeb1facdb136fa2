/** What the server said, or null when it could not be reached. */
export type Answer = {
  status: number;
  /** Seconds to wait, where the server asks for it. */
  retryAfter: number | null;
  /** The server's own words, and the field they are about. */
  error: { code: string; message: string; field?: string } | null;
} | null;

/** Sends a form to the server; never throws. */
export async function postJson(path: string, body: unknown): Promise<Answer> {
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer: unknown = await response.json().catch(() => null);
    const retryAfter = Number(response.headers.get('retry-after')) || null;
    return { status: response.status, retryAfter, error: response.ok ? null : errorIn(answer) };
  } catch {
    return null;
  }
}

function errorIn(answer: unknown): { code: string; message: string; field?: string } | null {
  if (typeof answer !== 'object' || answer === null || !('error' in answer)) return null;
  const { error } = answer;
  if (typeof error !== 'object' || error === null || !('code' in error) || !('message' in error)) return null;
  const field = 'field' in error && typeof error.field === 'string' ? error.field : undefined;
  return { code: String(error.code), message: String(error.message), field };
}
