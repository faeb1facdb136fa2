/** An answer of the API as a program sees it. */
export interface Answer {
  status: number;
  /** What came back, word for word. */
  text: string;
  data: unknown;
  error: { message: string; code?: string; field?: string | null; reason?: string | null } | null;
}

interface Envelope {
  result?: { data: { json: unknown } };
  error?: {
    message?: string;
    code?: string;
    json?: { message: string; data: { code: string; field?: string | null; reason?: string | null } };
  };
}

/** Sends a request to /api/trpc and reads its answer, which must be JSON whatever was sent. */
export async function send(url: string, procedure: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(`${url}/api/trpc/${procedure}`, init);
  const text = await response.text();
  const { result, error } = JSON.parse(text) as Envelope;
  const shape = error?.json;
  const told = error
    ? { message: shape?.message ?? error.message ?? '', ...(shape?.data ?? { code: error.code }) }
    : null;
  return { status: response.status, text, data: result?.data.json, error: told as Answer['error'] };
}

const authorization = (key: string | null): Record<string, string> =>
  key === null ? {} : { authorization: `Bearer ${key}` };

export function mutate(url: string, key: string | null, procedure: string, input?: unknown): Promise<Answer> {
  return send(url, procedure, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization(key) },
    body: JSON.stringify({ json: input ?? null }),
  });
}

export function query(url: string, key: string | null, procedure: string, input?: unknown): Promise<Answer> {
  const asked = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify({ json: input }))}`;
  return send(url, `${procedure}${asked}`, { headers: authorization(key) });
}
