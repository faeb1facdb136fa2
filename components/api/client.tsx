'use client';

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import {
  createTRPCClient,
  httpBatchLink,
  httpLink,
  splitLink,
  TRPCClientError,
  type TRPCLink,
} from '@trpc/client';
import { observable } from '@trpc/server/observable';
import { createTRPCContext } from '@trpc/tanstack-react-query';
import { type ReactNode, useMemo, useState } from 'react';
import superjson from 'superjson';
import { useSay } from '@/components/i18n/said';
import type { AppRouter } from '@/server/api/router';
import { NO_ANSWER, reword, type Say } from './reword';

const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>();

export { useTRPC, useTRPCClient };

/** Pushed news invalidate what they concern, so nothing is fetched again merely because time passed. */
function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: 30_000, refetchOnWindowFocus: false, retry: retryUnlessRefused },
    },
  });
}

/** What the server refused it will refuse again, but not what only came too fast. */
function retryUnlessRefused(failures: number, error: unknown): boolean {
  const status = error instanceof TRPCClientError ? error.data?.httpStatus : undefined;
  return failures < 2 && !(typeof status === 'number' && status < 500 && status !== 429);
}

/** With each page the library says in which direction the list is read. Inputs are closed, and the cursor says all. */
const withoutDirection: TRPCLink<AppRouter> =
  () =>
  ({ op, next }) => {
    if (op.type !== 'query' || typeof op.input !== 'object' || op.input === null) return next(op);
    const { direction: _theLibrarys, ...input } = op.input as Record<string, unknown>;
    return next({ ...op, input });
  };

function createClient(say: Say) {
  return createTRPCClient<AppRouter>({
    links: [
      withoutDirection,
      inWords(say),
      splitLink({
        // Commands are sent one by one, so that one refusal never delays or hides another's answer.
        condition: (operation) => operation.type === 'mutation',
        true: httpLink({ url: '/api/trpc', transformer: superjson }),
        false: httpBatchLink({
          url: '/api/trpc',
          transformer: superjson,
          maxURLLength: 4000,
          maxItems: 10,
        }),
      }),
    ],
  });
}

/** What is refused is put into the language of the page here, once, for every screen that tells it. */
const inWords =
  (say: Say): TRPCLink<AppRouter> =>
  () =>
  ({ op, next }) =>
    observable((observer) =>
      next(op).subscribe({
        next: (answer) => observer.next(answer),
        complete: () => observer.complete(),
        error: (error) => {
          reword(error, say);
          observer.error(error);
        },
      }),
    );

/** Gives the screens below it the API, with types straight from the server's router. */
export function ApiProvider({ children }: { children: ReactNode }) {
  const [queryClient] = useState(createQueryClient);
  const say = useSay();
  const client = useMemo(() => createClient(say), [say]);
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={client} queryClient={queryClient}>
        {children}
      </TRPCProvider>
    </QueryClientProvider>
  );
}

/** The server's sentence about what went wrong, or one about the connection. */
export function errorText(error: unknown): string {
  return error instanceof TRPCClientError ? error.message : NO_ANSWER;
}
