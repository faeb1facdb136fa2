import { createTRPCClient, httpLink, TRPCClientError } from '@trpc/client';
import superjson from 'superjson';
import type { AppRouter } from '@/server/api/router';

/** Nobody answered, or not as this API does. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

/** The server said no; its words are the message. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

export interface Access {
  url: URL;
  key: string;
}

export type Client = ReturnType<typeof createClient>;

/** The API the console uses, typed by its router. */
export function createClient({ url, key }: Access) {
  return createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: new URL('/api/trpc', url),
        headers: { authorization: `Bearer ${key}` },
        transformer: superjson,
      }),
    ],
  });
}

/** Waits for an answer and tells the two ways of getting none apart. */
export async function asked<T>(url: URL, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof TRPCClientError)) throw error;
    const data = error.data as { httpStatus?: number } | null | undefined;
    if (data?.httpStatus && data.httpStatus < 500) throw new Refused(error.message, { cause: error });
    throw new Unreachable(
      data?.httpStatus
        ? `${url.origin} answered with a fault of its own: ${error.message}`
        : `${url.origin} gives no answer that this program understands (${error.message}). Is the server running, and is this its address?`,
      { cause: error },
    );
  }
}
