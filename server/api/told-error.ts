import type { TRPCError } from '@trpc/server';
import { ZodError } from 'zod';
import { fieldName, problemsOf } from '@/server/input/closed-input';
import { CommandRefused, InvalidInput } from '@/server/input/refused';

/** What the caller of a procedure is told of an error, by whichever door they came. */
export interface ToldError {
  message: string;
  /** Where in the input. */
  field: string | null;
  /** All that is wrong with the input, where it is more than one thing. */
  problems?: { field: string; message: string }[];
  /** The code of a refused command. */
  reason: string | null;
}

/** An error in words for the caller; of what nobody expected only that it happened. */
export function toldError(error: TRPCError): ToldError {
  const problems = problemsIn(error);
  return {
    message: messageOf(error),
    field: fieldOf(error),
    ...(problems.length > 1 ? { problems } : {}),
    reason: error.cause instanceof CommandRefused ? error.cause.rejection.code : null,
  };
}

function messageOf(error: TRPCError): string {
  if (error.cause instanceof ZodError) {
    const [problem] = problemsOf(error.cause);
    return problem ? `${fieldName(problem.path)}: ${problem.message}` : 'The input is not valid.';
  }
  if (error.code === 'INTERNAL_SERVER_ERROR')
    return 'Something went wrong here. It is in the server’s log; trying again may help.';
  return error.message;
}

/** As many as somebody mends at once. */
const MOST_PROBLEMS = 20;

function problemsIn({ cause }: TRPCError): { field: string; message: string }[] {
  if (!(cause instanceof ZodError)) return [];
  return problemsOf(cause)
    .slice(0, MOST_PROBLEMS)
    .map(({ path, message }) => ({ field: fieldName(path), message }));
}

function fieldOf(error: TRPCError): string | null {
  if (error.cause instanceof InvalidInput) return error.cause.field;
  if (error.cause instanceof ZodError) return fieldName(problemsOf(error.cause)[0]?.path ?? []);
  return null;
}
