/** One half of a call as it was recorded: its first line, its headers, and its body as far as it is kept. */
export interface Told {
  line: string;
  headers: [name: string, value: string][];
  body: string;
  bytes: number;
  /** More was sent or came than is kept. */
  cut: boolean;
}

/** One request and its answer; what was recorded in another form is told as it is. */
export interface Call {
  instance: string | null;
  ok: boolean;
  millis: number | null;
  /** "200"; null where there was no answer. */
  status: string | null;
  request: Told;
  response: Told;
  /** Whatever else the record has. */
  rest: Record<string, unknown>;
}

export function readCall(attempt: unknown): Call {
  const record: Record<string, unknown> = isRecord(attempt) ? attempt : { answer: attempt };
  const { ok, millis, instance, request, response, ...rest } = record;
  const answer = typeof response === 'string' ? response : '';
  const [status] = /^\d{3}(?=\n|$)/.exec(answer) ?? [null];
  return {
    instance: typeof instance === 'string' && instance !== '' ? instance : null,
    ok: ok !== false,
    millis: typeof millis === 'number' ? millis : null,
    status,
    request: readRequest(typeof request === 'string' ? request : ''),
    response: told('', [], status ? answer.slice(status.length + 1) : answer),
    rest,
  };
}

/** "PUT http://a/config", the headers below it, then an empty line and the body. */
function readRequest(text: string): Told {
  const end = text.indexOf('\n\n');
  const [line = '', ...lines] = (end < 0 ? text : text.slice(0, end)).split('\n');
  const headers = lines.map((header): [string, string] => {
    const at = header.indexOf(': ');
    return at < 0 ? [header, ''] : [header.slice(0, at), header.slice(at + 2)];
  });
  return told(line, headers, end < 0 ? '' : text.slice(end + 2));
}

function told(line: string, headers: Told['headers'], body: string): Told {
  const cut = body.endsWith('…');
  const kept = cut ? body.slice(0, -1) : body;
  return { line, headers, body, bytes: new TextEncoder().encode(kept).length, cut };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** "2.1 KB"; what is kept of something longer is "2.1 KB+". */
export function sizeText({ bytes, cut }: Pick<Told, 'bytes' | 'cut'>): string {
  const size =
    bytes < 1000 ? `${bytes} B` : bytes < 1e6 ? `${round(bytes / 1000)} KB` : `${round(bytes / 1e6)} MB`;
  return cut ? `${size}+` : size;
}

const round = (value: number): string => (value < 10 ? value.toFixed(1) : String(Math.round(value)));
