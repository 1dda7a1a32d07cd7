import type { ReactNode } from 'react';
import { useParams } from 'wouter';
import { readShared } from '#market/reports/contract.ts';
import { useApi } from '../../kit/api.ts';
import { Page, Topbar } from '../../kit/page.tsx';
import { Heading } from '../../kit/room.tsx';
import { Answer, SkeletonRows } from '../../ui/state.tsx';
import { Figures } from './figures.tsx';
import { useWords } from './words.ts';

/** What somebody shares by a link: the answer of now, for whoever has the address. */
export function Shared(): ReactNode {
  const { t, f } = useWords();
  const { secret } = useParams<{ secret: string }>();
  const shared = useApi(readShared, { params: { secret } });
  return (
    <Page title={t('analytics.shared')}>
      <Topbar />
      <Answer of={shared} skeleton={<SkeletonRows rows={8} />}>
        {({ name, expiresAt, metrics }) => (
          <>
            <Heading title={name}>
              {metrics.artists.map((artist) => artist.name).join(', ')}, {f.day(metrics.from)} –{' '}
              {f.day(metrics.to)}. {t('analytics.sharedUntil', { when: f.dateTime(expiresAt) })}
            </Heading>
            <Figures metrics={metrics} />
          </>
        )}
      </Answer>
    </Page>
  );
}
