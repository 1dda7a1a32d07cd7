import {
  type keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { type Call, type Input, connect } from '#client/call.ts';
import { clientHeader, webClient } from '#people/accounts/contract.ts';
import type { Endpoint } from '#foundation/kernel/endpoint.ts';

const renewalLock = 'ngoma.renewal';

/** Tabs share one refresh cookie that changes at every use, so only one of them may renew at a time. */
function oneTabAtATime<T>(work: () => Promise<T>): Promise<T> {
  // Locks exist on secure origins only; elsewhere two tabs may have to sign in again, which is not a loss.
  return 'locks' in navigator ? navigator.locks.request(renewalLock, work) : work();
}

export const client = connect({
  baseUrl: '',
  headers: { [clientHeader]: webClient },
  refreshes: true,
  exclusively: oneTabAtATime,
});

/** Settled once it is known whether somebody is signed in; calls wait for it so that nothing is asked twice. */
let known: Promise<unknown> = Promise.resolve();
export function waitFor(session: Promise<unknown>): void {
  known = session;
}

export const call = (async (...args: Parameters<Call>) => {
  await known;
  return client.call(...args);
}) as Call;

/** Answers younger than this are not asked for again when a screen is opened anew. */
const freshMs = 30_000;

type Options = {
  readonly enabled?: boolean;
  readonly everyMs?: number | false;
  readonly freshMs?: number;
  /** Shown until the answer to a changed question is there. */
  readonly placeholder?: typeof keepPreviousData;
};

/** A question to the server as a screen asks it: cached by endpoint and input, kept while a newer answer comes. */
export function useApi<Params, Query, Body, Reply>(
  endpoint: Endpoint<Params, Query, Body, Reply>,
  input: Omit<Input<Params, Query, Body>, 'signal'>,
  options: Options = {},
) {
  return useQuery({
    queryKey: keyOf(endpoint, input),
    queryFn: ({ signal }) => call(endpoint, { ...input, signal } as Input<Params, Query, Body>),
    staleTime: options.freshMs ?? freshMs,
    enabled: options.enabled ?? true,
    refetchInterval: options.everyMs ?? false,
    ...(options.placeholder === undefined ? {} : { placeholderData: options.placeholder }),
  });
}

export function keyOf(
  endpoint: { readonly method: string; readonly path: string },
  input?: object,
): readonly unknown[] {
  return input === undefined
    ? [endpoint.method, endpoint.path]
    : [endpoint.method, endpoint.path, input];
}

type PageReply<Item> = { readonly items: readonly Item[]; readonly nextCursor: string | null };
type Cursor = { readonly cursor?: string | undefined; readonly limit?: number | undefined };

/** A list that goes on by cursor. `rows` are all pages fetched so far. */
export function usePages<Params, Query extends Cursor, Body, Item>(
  endpoint: Endpoint<Params, Query, Body, PageReply<Item>>,
  input: Omit<Input<Params, Query, Body>, 'signal'>,
  options: Options = {},
) {
  const asked = useInfiniteQuery({
    // Pages are kept in another shape than one answer, so the same question asked both ways is kept twice.
    queryKey: [...keyOf(endpoint, input), 'pages'],
    queryFn: ({ signal, pageParam }) => {
      const { query } = input as { query?: object };
      const page = pageParam === null ? {} : { cursor: pageParam };
      return call(endpoint, { ...input, query: { ...query, ...page }, signal } as unknown as Input<
        Params,
        Query,
        Body
      >);
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    staleTime: options.freshMs ?? freshMs,
    enabled: options.enabled ?? true,
    refetchInterval: options.everyMs ?? false,
    ...(options.placeholder === undefined ? {} : { placeholderData: options.placeholder }),
  });
  return {
    ...asked,
    data: asked.data?.pages.flatMap((page) => page.items),
    paging: {
      hasMore: asked.hasNextPage,
      loading: asked.isFetchingNextPage,
      more: () => void asked.fetchNextPage(),
    },
  };
}

/** Something a person does. Afterwards the answers of `stale` are asked for anew. */
export function useAct<Params, Query, Body, Reply>(
  endpoint: Endpoint<Params, Query, Body, Reply>,
  stale: readonly { readonly method: string; readonly path: string }[] = [],
) {
  const queries = useQueryClient();
  const act = useMutation({
    mutationFn: (input: Input<Params, Query, Body>) =>
      (call as (e: typeof endpoint, i: typeof input) => Promise<Reply>)(endpoint, input),
    onSuccess: () =>
      Promise.all(stale.map((one) => queries.invalidateQueries({ queryKey: keyOf(one) }))),
  });
  return {
    run: act.mutateAsync,
    busy: act.isPending,
    error: act.error,
    done: act.data,
    reset: act.reset,
  };
}
