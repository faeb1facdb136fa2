import type { ServerResponse } from 'node:http';
import { TRPCError } from '@trpc/server';
import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http';
import { fromNodeHeaders } from 'better-auth/node';
import { addressOf, type BufferedRequest } from '@/server/auth/handler';
import type { Authenticate } from '@/server/auth/principal';
import { BudgetSpent, type Budgets } from '@/server/security/budgets';
import { costOf } from './call-costs';
import { appRouter } from './router';
import type { ApiDeps } from './trpc';

/** Answers `/api/trpc/*`: finds out who calls, takes the calls from their budget and runs them. */
export function createCallHandler(deps: ApiDeps, authenticate: Authenticate, budgets: Budgets) {
  return (request: BufferedRequest, response: ServerResponse, procedures: string): void | Promise<void> =>
    nodeHTTPRequestHandler({
      router: appRouter,
      req: request,
      res: response,
      path: procedures,
      createContext: async () => {
        const address = addressOf(request);
        const principal = await authenticate(fromNodeHeaders(request.headers), { address });
        const cost = procedures.split(',').reduce((sum, name) => sum + costOf(name), 0);
        try {
          budgets.spendOf(principal, address, cost);
        } catch (cause) {
          if (!(cause instanceof BudgetSpent)) throw cause;
          throw new TRPCError({ code: 'TOO_MANY_REQUESTS', message: cause.message, cause });
        }
        return { deps, principal };
      },
      responseMeta: ({ errors }) => {
        const spent = errors.map(({ cause }) => cause).find((cause) => cause instanceof BudgetSpent);
        return spent ? { headers: { 'retry-after': String(spent.seconds) } } : {};
      },
    });
}
