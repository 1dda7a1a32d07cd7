import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { listImportFindings } from '#counting/findings/contract.ts';
import { call, keyOf } from '../../kit/api.ts';
import { Button } from '../../ui/button.tsx';
import { FindingList } from '../../kit/findings.ts';
import { Panel, Progress } from '../../ui/parts.tsx';
import { Answer, SkeletonRows } from '../../ui/state.tsx';
import { useWords } from './words.ts';

const pageRows = 20;
const whileComparingMs = 3_000;

/** The part of an import's report that comes later: what its recordings share with what was there before. */
export function ImportFindings({ id, isRunning }: { id: string; isRunning: boolean }): ReactNode {
  const { t } = useWords();
  const pages = useInfiniteQuery({
    queryKey: keyOf(listImportFindings, { id }),
    queryFn: ({ signal, pageParam }) =>
      call(listImportFindings, {
        params: { id: id as never },
        query: { limit: pageRows, ...(pageParam === null ? {} : { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    refetchInterval: ({ state }) => {
      const head = state.data?.pages[0];
      const isDone = head !== undefined && head.compared + head.unreadable >= head.recordings;
      return isDone && !isRunning ? false : whileComparingMs;
    },
  });
  return (
    <Panel title={t('findings.title')}>
      <Answer of={{ ...pages, data: pages.data?.pages }} skeleton={<SkeletonRows rows={2} />}>
        {(loaded) => {
          const { recordings, compared, unreadable } = loaded[0]!;
          const findings = loaded.flatMap((page) => page.items);
          const toCompare = recordings - unreadable;
          return (
            <div className="stack">
              {compared < toCompare ? (
                <Progress
                  label={t('findings.comparing', { done: compared, total: toCompare })}
                  done={compared}
                  total={toCompare}
                />
              ) : (
                <p className="cap">
                  {findings.length === 0
                    ? t('findings.importNone', { count: compared })
                    : t('findings.importSome', { count: compared })}
                  {unreadable > 0 && ` ${t('findings.unreadable', { count: unreadable })}`}
                </p>
              )}
              {findings.length > 0 && <FindingList findings={findings} />}
              {pages.hasNextPage && (
                <p className="more">
                  <Button
                    busy={pages.isFetchingNextPage}
                    onClick={() => void pages.fetchNextPage()}
                  >
                    {t('ui.showMore')}
                  </Button>
                </p>
              )}
            </div>
          );
        }}
      </Answer>
    </Panel>
  );
}
