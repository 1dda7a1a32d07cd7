import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { listFindings } from '#counting/recognition/contract.ts';
import { usePages } from '../../shell/api.ts';
import { Heading } from '../../shell/room.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Answer, Empty, SkeletonRows } from '../../ui/state.tsx';
import { useWords } from '../../ui/words.tsx';

const pageRows = 50;

type Finding = {
  readonly recordingId: string;
  readonly title: string;
  readonly artist: string;
  readonly otherId: string;
  readonly otherTitle: string;
  readonly otherArtist: string;
  readonly kind: 'same' | 'edit' | 'respeed' | 'sample';
  readonly speed: number;
  readonly pitchCents: number;
  readonly confidence: number;
  readonly windowsMatched: number;
  readonly windowsAsked: number;
  readonly toReview: boolean;
  readonly foundAt: string;
};

/** Uploads that sound like something that was there before, for a person to judge. */
export function Findings(): ReactNode {
  const { t } = useWords();
  const findings = usePages(listFindings, { query: { limit: pageRows } });
  return (
    <>
      <Heading title={t('findings.title')}>{t('findings.lead')}</Heading>
      <Answer of={findings} skeleton={<SkeletonRows rows={6} />}>
        {(items) =>
          items.length === 0 ? (
            <Empty title={t('findings.none')}>{t('findings.noneBody')}</Empty>
          ) : (
            <Table findings={items} paging={findings.paging} />
          )
        }
      </Answer>
    </>
  );
}

function Table({
  findings,
  paging,
}: {
  findings: readonly Finding[];
  paging: { hasMore: boolean; loading: boolean; more: () => void };
}): ReactNode {
  const { t, f } = useWords();
  const named = (id: string, title: string, artist: string): ReactNode => (
    <>
      <Link href={`/app/listen/recordings/${id}`}>{title}</Link>
      <small className="cap"> {artist}</small>
    </>
  );
  const columns: readonly Column<Finding>[] = [
    {
      key: 'one',
      title: t('plays.recording'),
      head: true,
      sort: (one) => one.title,
      render: (one) => named(one.recordingId, one.title, one.artist),
    },
    {
      key: 'other',
      title: t('findings.like'),
      sort: (one) => one.otherTitle,
      render: (one) => named(one.otherId, one.otherTitle, one.otherArtist),
    },
    {
      key: 'kind',
      title: t('findings.as'),
      sort: (one) => one.kind,
      render: (one) => (
        <span className={one.toReview ? 'badge warn' : 'badge'}>{t(`findings.${one.kind}`)}</span>
      ),
    },
    {
      key: 'share',
      title: t('findings.share'),
      number: true,
      wide: true,
      sort: (one) => one.windowsMatched / Math.max(1, one.windowsAsked),
      render: (one) =>
        t('findings.windows', { matched: one.windowsMatched, asked: one.windowsAsked }),
    },
    {
      key: 'speed',
      title: t('stations.speedHead'),
      number: true,
      wide: true,
      sort: (one) => one.speed,
      render: (one) => f.percent(one.speed, 1),
    },
    {
      key: 'sure',
      title: t('stations.confidence'),
      number: true,
      sort: (one) => one.confidence,
      render: (one) => f.percent(one.confidence, 0),
    },
    {
      key: 'found',
      title: t('findings.found'),
      number: true,
      wide: true,
      sort: (one) => one.foundAt,
      render: (one) => f.dateTime(one.foundAt),
    },
  ];
  return (
    <DataTable
      label={t('findings.title')}
      columns={columns}
      rows={findings}
      rowKey={(one) => `${one.recordingId}${one.otherId}`}
      paging={paging}
    />
  );
}
