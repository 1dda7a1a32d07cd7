import type { Endpoint } from '#foundation/kernel/endpoint.ts';

/** A call that nobody answers is given up after this long. */
const requestTimeoutMs = 30_000;
/** A file takes as long as the network needs for it; this ends what hangs. */
const uploadTimeoutMs = 15 * 60_000;
const refreshPath = '/api/v1/auth/refresh';

/** What went wrong with a call, in the words of the API: `code` is UPPER_SNAKE and stable, `message` is for people. */
export class ApiError extends Error {
  readonly code: string;
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly field: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly requestId: string | undefined;

  constructor(what: {
    code: string;
    message: string;
    status: number;
    field?: string | undefined;
    retryAfterMs?: number | undefined;
    requestId?: string | undefined;
  }) {
    super(what.message);
    this.name = 'ApiError';
    this.code = what.code;
    this.status = what.status;
    this.field = what.field;
    this.retryAfterMs = what.retryAfterMs;
    this.requestId = what.requestId;
  }
}

export type Connection = {
  /** Origin of the server without a trailing slash; empty in the browser, where it is our own. */
  readonly baseUrl: string;
  /** An access token or an API key to begin with. */
  readonly accessToken?: string | undefined;
  /** Sent with every call, such as which program this is. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether an expired access token is renewed with the refresh cookie. Only browsers have one. */
  readonly refreshes?: boolean;
  /**
   * Runs one renewal at a time over all tabs. Refresh tokens rotate, and two tabs presenting the same one
   * look like a theft to the server.
   */
  readonly exclusively?: <T>(work: () => Promise<T>) => Promise<T>;
  /** Told whenever the session begins, is renewed or ends (null). */
  readonly onAccessToken?: (token: string | null) => void;
};

// An absent optional query field may be written as undefined, which is how forms have it.
type Loose<T> = { [K in keyof T]: object extends Pick<T, K> ? T[K] | undefined : T[K] };
type Part<Key extends string, T> = [T] extends [undefined]
  ? unknown
  : object extends T
    ? { readonly [K in Key]?: Loose<T> }
    : { readonly [K in Key]: Loose<T> };
export type Input<Params, Query, Body> = Part<'params', Params> &
  Part<'query', Query> &
  Part<'body', Body> & {
    readonly signal?: AbortSignal | undefined;
    /** The body where an endpoint takes a file as it is. */
    readonly file?: Blob | undefined;
    /** Lets the request outlive the page it was sent from; for small bodies. */
    readonly keepalive?: boolean | undefined;
    /** The same key with the same input answers with what the first call did, so that a retry does nothing twice. */
    readonly idempotencyKey?: string | undefined;
  };
type Rest<I> = object extends I ? [input?: I] : [input: I];

export type Call = <Params, Query, Body, Reply>(
  endpoint: Endpoint<Params, Query, Body, Reply>,
  ...rest: Rest<Input<Params, Query, Body>>
) => Promise<Reply>;

export type Client = {
  readonly call: Call;
  readonly accessToken: () => string | null;
  readonly setAccessToken: (token: string | null) => void;
  /** Renews the session from the cookie; false when there is none to renew. */
  readonly refresh: () => Promise<boolean>;
};

type AnyInput = {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly file?: Blob | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly keepalive?: boolean | undefined;
  readonly idempotencyKey?: string | undefined;
};

/** One client for one server and one caller. The access token lives in memory only. */
export function connect(connection: Connection): Client {
  let token = connection.accessToken ?? null;
  let renewal: Promise<boolean> | null = null;
  const exclusively = connection.exclusively ?? ((work) => work());

  function setAccessToken(next: string | null): void {
    token = next;
    connection.onAccessToken?.(next);
  }

  async function send(method: string, path: string, input: AnyInput): Promise<Response> {
    const headers = new Headers({ ...connection.headers, accept: 'application/json, text/csv' });
    if (token !== null) headers.set('authorization', `Bearer ${token}`);
    if (input.body !== undefined) headers.set('content-type', 'application/json');
    if (input.file !== undefined)
      headers.set('content-type', input.file.type || 'application/octet-stream');
    if (input.idempotencyKey !== undefined) headers.set('idempotency-key', input.idempotencyKey);
    const timeout = AbortSignal.timeout(
      input.file === undefined ? requestTimeoutMs : uploadTimeoutMs,
    );
    try {
      return await fetch(connection.baseUrl + fill(path, input), {
        method,
        headers,
        body: input.file ?? (input.body === undefined ? null : JSON.stringify(input.body)),
        credentials: 'same-origin',
        keepalive: input.keepalive ?? false,
        signal: input.signal === undefined ? timeout : AbortSignal.any([input.signal, timeout]),
      });
    } catch (error) {
      if (input.signal?.aborted === true) throw error;
      if (timeout.aborted)
        throw new ApiError({ code: 'TIMEOUT', message: 'No answer came in time', status: 0 });
      throw new ApiError({
        code: 'UNREACHABLE',
        message: 'The server could not be reached',
        status: 0,
      });
    }
  }

  async function renew(): Promise<boolean> {
    const stale = token;
    return exclusively(async () => {
      if (token !== stale) return token !== null;
      const response = await send('POST', refreshPath, { body: {} });
      if (response.ok) {
        const reply = (await response.json()) as { accessToken: string };
        setAccessToken(reply.accessToken);
        return true;
      }
      // Only a plain refusal ends the session; a server that is restarting does not sign people out.
      if (response.status >= 500 || response.status === 429) throw await errorOf(response);
      setAccessToken(null);
      return false;
    });
  }

  function refresh(): Promise<boolean> {
    renewal ??= renew().finally(() => {
      renewal = null;
    });
    return renewal;
  }

  const call: Call = async (endpoint, ...[input]) => {
    const given: AnyInput = input ?? {};
    const sentWith = token;
    let response = await send(endpoint.method, endpoint.path, given);
    if (response.status === 401 && connection.refreshes === true && sentWith !== null) {
      const renewed = token !== sentWith ? token !== null : await refresh();
      if (renewed) response = await send(endpoint.method, endpoint.path, given);
    }
    if (!response.ok) throw await errorOf(response);
    if (response.status === 204) return {} as never;
    // A reply that is a file is its text, as CSV is, or its bytes, as a workbook.
    const type = response.headers.get('content-type') ?? '';
    if (type.includes('json')) return (await response.json()) as never;
    return (type.includes('spreadsheet') ? await response.blob() : await response.text()) as never;
  };

  return { call, accessToken: () => token, setAccessToken, refresh };
}

/** Puts `{name}` parameters and the query into a path. Lists repeat their name. */
function fill(path: string, input: AnyInput): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = input.params?.[name];
    if (value === undefined) throw new Error(`the path ${path} needs ${name}`);
    return encodeURIComponent(String(value));
  });
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(input.query ?? {})) {
    if (value === undefined || value === null) continue;
    for (const one of Array.isArray(value) ? value : [value]) query.append(name, String(one));
  }
  return query.size === 0 ? filled : `${filled}?${query}`;
}

type ProblemBody = {
  readonly title?: string;
  readonly detail?: string;
  readonly field?: string;
  readonly error?: { readonly code?: string; readonly message?: string };
};

async function errorOf(response: Response): Promise<ApiError> {
  const problem = await response.json().then(
    (body) => body as ProblemBody,
    () => ({}) as ProblemBody, // a proxy in between answers in HTML
  );
  return new ApiError({
    code: problem.error?.code ?? 'UNEXPECTED_ANSWER',
    message: problem.detail ?? problem.error?.message ?? problem.title ?? response.statusText,
    status: response.status,
    field: problem.field,
    retryAfterMs: retryAfter(response.headers.get('retry-after')),
    requestId: response.headers.get('x-request-id') ?? undefined,
  });
}

/** `Retry-After` is seconds or a date (RFC 9110 10.2.3). */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return seconds * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}
