'use client';

import { type QueryKey, type UseMutationOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { errorText } from './client';

/** A command after which what it changed is read again, all of it before the command counts as done. */
export function useChange<Output, Failure, Input>(
  options: UseMutationOptions<Output, Failure, Input>,
  changed: readonly { queryKey?: QueryKey }[],
  onDone?: (output: Output) => void,
) {
  const queries = useQueryClient();
  return useMutation({
    ...options,
    onSuccess: async (output) => {
      // First, so that nobody waits for a list to see what came of it.
      onDone?.(output);
      await Promise.all(changed.map((filter) => queries.invalidateQueries(filter)));
    },
  });
}

/** Null once it is done, or why it was refused; `wordsOf` says it. */
export async function refusalOf(
  call: Promise<unknown>,
  wordsOf: (error: unknown) => string = errorText,
): Promise<string | null> {
  try {
    await call;
    return null;
  } catch (error) {
    return wordsOf(error);
  }
}
