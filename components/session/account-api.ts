/** One browser that is signed in. */
export interface Session {
  id: string;
  token: string;
  ipAddress: string | null;
  userAgent: string | null;
  createdAt: string;
  expiresAt: string;
}

/** What the server said: null when it could not be reached. */
export type AccountAnswer<Told = unknown> =
  | { ok: true; told: Told }
  | {
      ok: false;
      status: number | null;
      code: string | null;
      /** The field it is about, and why, where the server says so. */
      field?: string | undefined;
      message?: string | undefined;
      /** Seconds to wait, where the server asks for it. */
      retryAfter?: number | undefined;
    };

/** Changes something of one's own account; never throws. */
export async function changeAccount<Told>(path: string, body: object): Promise<AccountAnswer<Told>> {
  try {
    const response = await fetch(`/api/auth/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer: unknown = await response.json().catch(() => null);
    if (response.ok) return { ok: true, told: answer as Told };
    const told = answer as Record<'code' | 'field' | 'message', unknown> | null;
    const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
    return {
      ok: false,
      status: response.status,
      code: text(told?.code) ?? null,
      field: text(told?.field),
      message: text(told?.message),
      retryAfter: Number(response.headers.get('retry-after')) || undefined,
    };
  } catch {
    return { ok: false, status: null, code: null };
  }
}

/** Where one is signed in, and which of them this is; the newest first. */
export async function readSessions(): Promise<{ sessions: Session[]; here: string | null }> {
  const [sessions, own] = await Promise.all([
    read<Session[]>('list-sessions'),
    read<{ session: Session } | null>('get-session'),
  ]);
  sessions.sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  return { sessions, here: own?.session.id ?? null };
}

async function read<T>(path: string): Promise<T> {
  const response = await fetch(`/api/auth/${path}`);
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}
