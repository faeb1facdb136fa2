import type { TRPCClientError } from '@trpc/client';
import type { AppRouter } from '@/server/api/router';

export const NO_ANSWER = 'The server gave no answer. Check the connection and try again.';

/** Says a sentence of the server in the language of the page. */
export type Say = (text: string) => string;

/** Puts what was refused into other words, in place: everything else about the error stays as it came. */
export function reword(error: TRPCClientError<AppRouter>, say: Say): void {
  if (!error.data) {
    error.message = say(NO_ANSWER);
    return;
  }
  // The path in front of it is no part of the sentence.
  const path = error.data.field ? `${error.data.field}: ` : '';
  const named = path !== '' && error.message.startsWith(path);
  error.message = named ? path + say(error.message.slice(path.length)) : say(error.message);
  for (const problem of error.data.problems ?? []) problem.message = say(problem.message);
}
