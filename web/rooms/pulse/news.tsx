import { type ReactNode, useState } from 'react';
import { getGear, getNews, getReleases } from '#market/pulse/contract.ts';
import { useApi } from '../../kit/api.ts';
import { Heading } from '../../kit/room.tsx';
import { Panel, Prov } from '../../ui/parts.tsx';
import { Answer, Empty, SkeletonRows } from '../../ui/state.tsx';
import { ChooseTier, type Tier } from './choose-tier.tsx';
import { useWords } from './words.ts';

type Kind = 'news' | 'releases' | 'gear';
type Item = {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly category: string;
  readonly source: string;
  readonly sources: number;
  readonly url: string | null;
  readonly publishedAt: string;
  readonly impact: number;
  readonly parts: Readonly<Record<'topic' | 'home' | 'trust' | 'money' | 'corroboration', number>>;
  readonly provenance: string;
};

export function News({ kind }: { kind: Kind }): ReactNode {
  const { t } = useWords();
  const [tier, setTier] = useState<Tier>('creator');
  const news = useApi(
    getNews,
    { query: { user_tier: tier, days: 14, limit: 40 } },
    { enabled: kind === 'news' },
  );
  const releases = useApi(getReleases, { query: { days: 14 } }, { enabled: kind === 'releases' });
  const gear = useApi(getGear, { query: {} }, { enabled: kind === 'gear' });
  const list = kind === 'news' ? news : kind === 'releases' ? releases : gear;
  return (
    <div className="stack">
      <Heading title={t(`pulse.${kind}`)}>{t(`pulse.${kind}Lead`)}</Heading>
      {kind === 'news' && <ChooseTier value={tier} onChange={setTier} />}
      <Answer of={list as typeof gear} skeleton={<SkeletonRows rows={6} />}>
        {(answer) =>
          answer.items.length === 0 ? (
            <Empty title={t('pulse.noNews')} boards>
              {t('pulse.noNewsBody')}
            </Empty>
          ) : (
            <div className="stack">
              {answer.items.map((item) => (
                <Story key={item.id} item={item} isRanked={kind === 'news'} />
              ))}
            </div>
          )
        }
      </Answer>
    </div>
  );
}

const parts = ['topic', 'home', 'trust', 'money', 'corroboration'] as const;

function Story({ item, isRanked }: { item: Item; isRanked: boolean }): ReactNode {
  const { t, f } = useWords();
  return (
    <Panel title={item.title}>
      {item.summary !== item.title && <p>{item.summary}</p>}
      <p className="cap">
        {item.url === null ? item.source : <a href={item.url}>{item.source}</a>}
        {item.sources > 1 && ` ${t('pulse.andMore', { more: String(item.sources - 1) })}`} ·{' '}
        {f.ago(item.publishedAt)} <Prov kind={item.provenance} />
      </p>
      {isRanked && (
        <details>
          <summary>{t('pulse.impact', { points: String(item.impact) })}</summary>
          <p className="cap">
            {parts
              .filter((part) => item.parts[part] > 0)
              .map((part) => `${t(`pulse.part_${part}`)} ${item.parts[part]}`)
              .join(' + ')}
          </p>
        </details>
      )}
    </Panel>
  );
}
