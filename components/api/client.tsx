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
import { createTRPCContext } from '@trpc/tanstack-react-query';
import { type ReactNode, useState } from 'react';
import superjson from 'superjson';
import type { AppRouter } from '@/server/api/router';

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

/** Gives the screens below it the API, with types straight from the server's router. */
export function ApiProvider({ children }: { children: ReactNode }) {
  const [queryClient] = useState(createQueryClient);
  const [client] = useState(() =>
    createTRPCClient<AppRouter>({
      links: [
        withoutDirection,
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
    }),
  );
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
  if (error instanceof TRPCClientError && error.data) return error.message;
  return 'The server gave no answer. Check the connection and try again.';
}
