import type { z } from 'zod';
import type { Role, Scope } from '@/server/auth/principal';
import { appRouter, type Inputs } from './router';

/** What a procedure says of itself. */
export interface Declared {
  _def: {
    type: 'query' | 'mutation';
    meta: { role: Role | 'public'; scope?: Scope };
    inputs: readonly z.ZodType[];
  };
}

/** A procedure by its name, like `plans.pause`. */
export type ProcedureName = {
  [Router in keyof Inputs]: `${Router}.${keyof Inputs[Router] & string}`;
}[keyof Inputs];

/** Every procedure of the router. */
export const declared = appRouter._def.procedures as unknown as Readonly<Record<ProcedureName, Declared>>;
