import { type ReactNode, useState } from 'react';
import { ApiError } from '#client/call.ts';
import { Button } from './button.tsx';
import { Cover } from './cover.tsx';
import { Note, Zigzag } from './parts.tsx';
import { useWords, type Words } from './words.tsx';

/** Nothing here: one sentence of promise, one action. `boards` paints the ornament of a first visit. */
export function Empty({
  title,
  children,
  action,
  boards = false,
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  boards?: boolean;
}): ReactNode {
  return (
    <div className="empty">
      {boards && (
        <div className="board" aria-hidden="true">
          <Cover id="empty-a" />
          <Cover id="empty-b" />
          <Cover id="empty-c" />
        </div>
      )}
      <div className="state">
        {!boards && <Zigzag quiet />}
        <h2 className="h3">{title}</h2>
        {children !== undefined && <p className="soft">{children}</p>}
        {action}
      </div>
    </div>
  );
}

/** The shape of a list that is on its way. It takes its place at once and is painted after 200 ms. */
export function SkeletonRows({
  rows,
  cover = false,
}: {
  rows: number;
  cover?: boolean;
}): ReactNode {
  const { t } = useWords();
  return (
    <div aria-busy="true">
      <span className="sr" role="status">
        {t('ui.loading')}
      </span>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className={cover ? 'skrow late' : 'skrow plain late'} aria-hidden="true">
          {cover && <span className="skel" />}
          <span className={`skel w${(index * 7) % 4}`} />
          <span className="skel" />
        </div>
      ))}
    </div>
  );
}

export function SkeletonBox({ heightPx }: { heightPx: number }): ReactNode {
  const { t } = useWords();
  return (
    <div className="skel late" style={{ height: heightPx }} aria-busy="true">
      <span role="status">{t('ui.loading')}</span>
    </div>
  );
}

/** A room that was not fetched yet, or whose files an update replaced. */
function isMissingFile(error: unknown): boolean {
  return (
    error instanceof TypeError &&
    /dynamically imported module|importing a module/i.test(error.message)
  );
}

/**
 * What happened, what was kept, what to do; and a code for the person who helps. With `retry` it stands where
 * an answer should be, else below a form. `page`: it is all there is on the screen, so its title is the heading.
 */
export function Problem({
  error,
  retry,
  busy = false,
  page = false,
}: {
  error: unknown;
  retry?: () => void;
  /** It is being tried again. */
  busy?: boolean;
  page?: boolean;
}): ReactNode {
  const { t, f } = useWords();
  const away = isMissingFile(error);
  const silent = error instanceof ApiError && error.status === 0;
  const known = error instanceof ApiError && !silent;
  const title = away
    ? t('state.awayTitle')
    : silent
      ? t('state.offlineTitle')
      : known
        ? titleOf(error, t)
        : t('state.brokenTitle');
  const body = away
    ? t('state.awayBody')
    : silent
      ? t(retry === undefined ? 'state.offlineBody' : 'state.offlineRead')
      : known
        ? error.message
        : t('state.brokenBody');
  // A file that could not be fetched is not asked for again until the page is.
  const again = away ? () => location.reload() : retry;
  return (
    <div className="state">
      {page && <h1>{title}</h1>}
      <Note kind={away || silent ? 'offline' : 'error'} title={page ? '' : title}>
        {body}
      </Note>
      {known && error.retryAfterMs !== undefined && (
        <p className="soft">
          {t('state.waitFor', { seconds: Math.ceil(error.retryAfterMs / 1000) })}
        </p>
      )}
      {again !== undefined && (
        <Button icon="refresh" busy={busy} onClick={again}>
          {t('ui.tryAgain')}
        </Button>
      )}
      {!away && !silent && (
        <p className="cap mono">
          {[
            known ? error.code : error instanceof Error ? error.message : String(error),
            ...(known && error.requestId !== undefined ? [error.requestId] : []),
            f.time(Date.now()),
          ].join(' · ')}
        </p>
      )}
    </div>
  );
}

function titleOf(error: ApiError, t: Words['t']): string {
  switch (error.status) {
    case 401:
      return t('state.signInTitle');
    case 403:
      return t('state.forbiddenTitle');
    case 404:
      return t('state.notFoundTitle');
    case 429:
      return t('state.tooManyTitle');
    default:
      return t('state.failedTitle');
  }
}

/** What a screen needs to know of a question to the server; react-query's results have this shape. */
export type Asked<Data> = {
  readonly data: Data | undefined;
  readonly error: unknown;
  readonly isError: boolean;
  readonly errorUpdateCount: number;
  readonly isFetching: boolean;
  readonly dataUpdatedAt: number;
  readonly refetch: () => unknown;
};

/** The four states of a question: on its way, answered, failed, and failed with an older answer still shown. */
export function Answer<Data>({
  of,
  skeleton,
  page = false,
  children,
}: {
  of: Asked<Data>;
  skeleton: ReactNode;
  /** The answer is the whole screen, heading included. */
  page?: boolean;
  children: (data: Data) => ReactNode;
}): ReactNode {
  const { t, f } = useWords();
  // While a question that failed is asked again it counts as never asked; the screen must not flicker between the two.
  const [failure, setFailure] = useState<unknown>(null);
  if (of.isError && of.error !== failure) setFailure(of.error);
  if (of.data === undefined)
    return of.errorUpdateCount > 0 && failure !== null ? (
      <Problem error={failure} retry={() => void of.refetch()} busy={of.isFetching} page={page} />
    ) : (
      skeleton
    );
  return (
    <>
      {of.isError && (
        <Note kind="warn" title={t('state.staleTitle')}>
          {t('state.staleBody', { when: f.dateTime(of.dataUpdatedAt) })}
        </Note>
      )}
      {children(of.data)}
    </>
  );
}
