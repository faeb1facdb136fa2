import type { ServerResponse } from 'node:http';
import { TRPCError } from '@trpc/server';
import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http';
import { fromNodeHeaders } from 'better-auth/node';
import type { BufferedRequest } from '@/server/auth/handler';
import type { Authenticate } from '@/server/auth/principal';
import { BudgetSpent, type Budgets } from '@/server/security/budgets';
import { appRouter } from './router';
import type { ApiDeps } from './trpc';

/** Points of calls that may answer with thousands of rows; every other call costs one. */
const COSTS: Readonly<Record<string, number>> = {
  'tenants.list': 10,
  'tasks.list': 10,
  'plans.snapshot': 10,
  'plans.preview': 10,
  'plans.rehearse': 20,
  'plans.create': 5,
  'tenants.import': 20,
};

/** Answers `/api/trpc/*`: finds out who calls, takes the calls from their budget and runs them. */
export function createCallHandler(deps: ApiDeps, authenticate: Authenticate, budgets: Budgets) {
  return (request: BufferedRequest, response: ServerResponse, procedures: string): void | Promise<void> =>
    nodeHTTPRequestHandler({
      router: appRouter,
      req: request,
      res: response,
      path: procedures,
      createContext: async () => {
        const principal = await authenticate(fromNodeHeaders(request.headers));
        const cost = procedures.split(',').reduce((sum, name) => sum + (COSTS[name] ?? 1), 0);
        try {
          if (principal) budgets.spend('principal', `${principal.kind} ${principal.id}`, cost);
          else budgets.spend('address', request.socket.remoteAddress ?? 'unknown', cost);
        } catch (error) {
          if (!(error instanceof BudgetSpent)) throw error;
          response.setHeader('retry-after', String(error.seconds));
          throw new TRPCError({ code: 'TOO_MANY_REQUESTS', message: error.message });
        }
        return { deps, principal };
      },
    });
}
