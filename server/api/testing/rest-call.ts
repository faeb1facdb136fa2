/** An answer of the API for programs. */
export interface RestAnswer {
  status: number;
  headers: Headers;
  /** What came back, word for word. */
  text: string;
  /** The same as a value; undefined when there is nothing. */
  // biome-ignore lint/suspicious/noExplicitAny: every test says by what it expects which shape it is
  body: any;
}

/** Sends a request to /api/v1 and reads its answer, which must be JSON whatever was sent. */
export async function rest(
  url: string,
  key: string | null,
  asked: string,
  more: { body?: unknown; headers?: Record<string, string>; signal?: AbortSignal } = {},
): Promise<RestAnswer> {
  const [method = '', path = ''] = asked.split(' ');
  const { body, headers, signal } = more;
  const answer = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  const text = await answer.text();
  const value: unknown = text === '' ? undefined : JSON.parse(text);
  return { status: answer.status, headers: answer.headers, text, body: value };
}
