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

/** As many as somebody mends at once. */
const MOST_PROBLEMS = 20;

/** An error in words for the caller; of what nobody expected only that it happened. */
export function toldError({ code, cause, message }: TRPCError): ToldError {
  const problems =
    cause instanceof ZodError
      ? problemsOf(cause).map((problem) => ({ field: fieldName(problem.path), message: problem.message }))
      : [];
  const [first] = problems;
  return {
    message: first ? `${first.field}: ${first.message}` : messageOf(code, message),
    field: cause instanceof InvalidInput ? cause.field : (first?.field ?? null),
    ...(problems.length > 1 ? { problems: problems.slice(0, MOST_PROBLEMS) } : {}),
    reason: cause instanceof CommandRefused ? cause.rejection.code : null,
  };
}

const messageOf = (code: TRPCError['code'], message: string): string =>
  code === 'INTERNAL_SERVER_ERROR'
    ? 'Something went wrong here. It is in the server’s log; trying again may help.'
    : message;
