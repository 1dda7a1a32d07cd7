import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { listRecordings, type RecordingItem } from '#catalogue/catalog/contract.ts';
import { usePages } from '../../kit/api.ts';
import { Heading } from '../../kit/room.tsx';
import { useSession } from '../../kit/session.tsx';
import { Cover } from '../../ui/cover.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { clock } from '../../ui/format.ts';
import { Missing, Prov } from '../../ui/parts.tsx';
import { Answer, Empty, SkeletonRows } from '../../ui/state.tsx';
import { useWords } from './words.ts';

const pageRows = 50;

/** The recordings of the parties that are me. */
export function MyRecordings(): ReactNode {
  const { t } = useWords();
  const { me } = useSession();
  const recordings = usePages(listRecordings, { query: { mine: true, limit: pageRows } });
  return (
    <>
      <Heading title={t('studio.recordingsTitle')}>{t('studio.recordingsLead')}</Heading>
      <Answer of={recordings} skeleton={<SkeletonRows rows={8} cover />}>
        {(items) =>
          items.length === 0 ? (
            <Empty title={t('studio.none')} boards>
              {t('studio.noneBody', { name: me?.name ?? '' })}
            </Empty>
          ) : (
            <Table recordings={items} paging={recordings.paging} />
          )
        }
      </Answer>
    </>
  );
}

function Table({
  recordings,
  paging,
}: {
  recordings: readonly RecordingItem[];
  paging: { hasMore: boolean; loading: boolean; more: () => void };
}): ReactNode {
  const { t } = useWords();
  const columns: readonly Column<RecordingItem>[] = [
    {
      key: 'title',
      title: t('plays.recording'),
      head: true,
      sort: (recording) => recording.title,
      render: (recording) => (
        <span className="named">
          <Cover id={recording.id} src={recording.coverUrl} size="xs" />
          <span>
            <Link href={`/app/studio/recordings/${recording.id}`}>{recording.title}</Link>
            <small>{recording.artistName}</small>
          </span>
        </span>
      ),
    },
    {
      key: 'release',
      title: t('studio.release'),
      wide: true,
      sort: (recording) => recording.releaseTitle,
      render: (recording) => recording.releaseTitle ?? <Missing why={t('studio.noRelease')} />,
    },
    {
      key: 'isrc',
      title: 'ISRC',
      wide: true,
      render: (recording) =>
        recording.isrc === null ? (
          <Missing why={t('identifier.none')} />
        ) : (
          <span className="mono">{recording.isrc}</span>
        ),
    },
    {
      key: 'from',
      title: t('plays.from'),
      wide: true,
      render: (recording) => <Prov kind={recording.provenance} />,
    },
    {
      key: 'year',
      title: t('recording.year'),
      number: true,
      wide: true,
      sort: (recording) => recording.year,
      render: (recording) => recording.year ?? <Missing why={t('studio.noYear')} />,
    },
    {
      key: 'length',
      title: t('studio.length'),
      number: true,
      sort: (recording) => recording.durationMs,
      render: (recording) =>
        recording.durationMs === null ? (
          <Missing why={t('studio.noLength')} />
        ) : (
          clock(recording.durationMs)
        ),
    },
  ];
  return (
    <DataTable
      label={t('studio.recordingsTitle')}
      columns={columns}
      rows={recordings}
      rowKey={(recording) => recording.id}
      paging={paging}
    />
  );
}
