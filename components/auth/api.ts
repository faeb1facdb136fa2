/** What the server said, or null when it could not be reached. */
export type Answer = {
  status: number;
  /** Seconds to wait, where the server asks for it. */
  retryAfter: number | null;
  /** The server's own words, and the field they are about. */
  error: { code: string; message: string; field?: string } | null;
  /** The password was right, and a second factor is asked for. */
  secondStep: boolean;
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
    const error = response.ok ? null : errorIn(answer);
    return { status: response.status, retryAfter, error, secondStep: asksForMore(answer) };
  } catch {
    return null;
  }
}

const asksForMore = (answer: unknown) =>
  typeof answer === 'object' && answer !== null && 'twoFactorRedirect' in answer;

function errorIn(answer: unknown): { code: string; message: string; field?: string } | null {
  if (typeof answer !== 'object' || answer === null) return null;
  // What the sign-in library refuses is not wrapped.
  const error = 'error' in answer ? answer.error : answer;
  if (typeof error !== 'object' || error === null || !('code' in error) || !('message' in error)) return null;
  const field = 'field' in error && typeof error.field === 'string' ? error.field : undefined;
  return { code: String(error.code), message: String(error.message), field };
}
