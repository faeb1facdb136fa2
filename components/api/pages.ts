import type { InfiniteData } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';

/** A part of a list as the server answers it. */
interface Page<Item> {
  items: Item[];
  total: number;
  next: string | null;
}

/** What `useInfiniteQuery` tells of a list. */
export interface Pages<Item> {
  data: InfiniteData<Page<Item>, unknown> | undefined;
  hasNextPage: boolean;
  isFetching: boolean;
  isFetchingNextPage: boolean;
  isError: boolean;
  isFetchNextPageError: boolean;
  fetchNextPage(): Promise<unknown>;
}

/** Where the next page of a list begins; for `getNextPageParam`. */
export const nextOf = ({ next }: { next: string | null }): string | null => next;

export interface Listed<Item> {
  items: Item[];
  /** How many the server has in all that fit; null before it said so. */
  total: number | null;
  /** Asks for the next page; null when there is none. */
  more: (() => void) | null;
  loading: boolean;
  failed: boolean;
}

/** The rows of all pages there are, and the way to the next. `keyOf` tells rows apart. */
export function useListed<Item>(pages: Pages<Item>, keyOf: (item: Item) => string | number): Listed<Item> {
  const [wanted, setWanted] = useState(false);
  const { data, hasNextPage, isFetching, fetchNextPage } = pages;
  useEffect(() => {
    // Not while something else is fetched: one of the two would be given up for the other.
    if (!wanted || isFetching) return;
    setWanted(false);
    if (hasNextPage) void fetchNextPage();
  }, [wanted, isFetching, hasNextPage, fetchNextPage]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: how rows are told apart does not change.
  const items = useMemo(() => {
    // A row that moved between two pages while they were read is in both of them.
    const seen = new Set<string | number>();
    const rows = (data?.pages ?? []).flatMap((page) => page.items);
    return rows.filter((row) => !seen.has(keyOf(row)) && seen.add(keyOf(row)));
  }, [data]);
  const more = useCallback(() => setWanted(true), []);
  return {
    items,
    total: data?.pages.at(-1)?.total ?? null,
    more: hasNextPage ? more : null,
    loading: wanted || pages.isFetchingNextPage,
    failed: pages.isFetchNextPageError,
  };
}

/** A list of which all is needed, such as one to choose from: fetches page after page by itself. */
export function useWhole<Item>(pages: Pages<Item>): Item[] | undefined {
  const { data, hasNextPage, isFetching, isError, fetchNextPage } = pages;
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [hasNextPage, isFetching, isError, fetchNextPage]);
  return useMemo(() => data?.pages.flatMap((page) => page.items), [data]);
}
