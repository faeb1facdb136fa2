/** What the server said, or null when it could not be reached. */
export type Answer = {
  status: number;
  /** Seconds to wait, where the server asks for it. */
  retryAfter: number | null;
  /** The server's own words, and the field they are about. */
  error: { code: string; message: string; field?: string } | null;
  /** Where the browser is to go on. */
  url: string | null;
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
    return {
      status: response.status,
      retryAfter,
      error,
      url: leadsTo(answer),
      secondStep: asksForMore(answer),
    };
  } catch {
    return null;
  }
}

/** Leads the browser to the provider. Null: this page is being left; else why not. */
export async function goToProvider(next: string): Promise<string | null> {
  try {
    const response = await fetch('/api/auth/sign-in/sso', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ next }),
    });
    const answer: unknown = await response.json().catch(() => null);
    const url = leadsTo(answer);
    if (!response.ok || url === null) return errorIn(answer)?.code ?? 'failed';
    location.assign(url);
    return null;
  } catch {
    return 'unreachable';
  }
}

/** Where an answer sends the browser; null for nowhere, and for what is no page. */
function leadsTo(answer: unknown): string | null {
  const url = typeof answer === 'object' && answer !== null && 'url' in answer ? answer.url : null;
  return typeof url === 'string' && /^https?:/i.test(url) ? url : null;
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
