import { type ReactNode, useState } from 'react';
import { getDigest } from '#market/pulse/contract.ts';
import { useApi } from '../../kit/api.ts';
import { Heading } from '../../kit/room.tsx';
import { Facts, Panel, Prov } from '../../ui/parts.tsx';
import { Answer, Empty, SkeletonRows } from '../../ui/state.tsx';
import { ChooseTier, type Tier } from './choose-tier.tsx';
import { useWords } from './words.ts';

/** The day in three minutes: what leads, why it matters, the numbers. */
export function Digest(): ReactNode {
  const { t, f } = useWords();
  const [tier, setTier] = useState<Tier>('creator');
  const digest = useApi(getDigest, { query: { user_tier: tier } });
  return (
    <div className="stack">
      <Heading title={t('pulse.digestTitle')}>{t('pulse.digestLead')}</Heading>
      <ChooseTier value={tier} onChange={setTier} />
      <Answer of={digest} skeleton={<SkeletonRows rows={6} />}>
        {(answer) =>
          answer.leads.length === 0 ? (
            <Empty title={t('pulse.noNews')} boards>
              {t('pulse.noNewsBody')}
            </Empty>
          ) : (
            <div className="stack">
              <p className="h3">{answer.topLine}</p>
              {answer.leads.map((lead) => (
                <Panel key={lead.title} title={lead.title}>
                  <p>{lead.summary}</p>
                  <p className="soft">{lead.why}</p>
                  <p className="cap">
                    {t('pulse.impact', { points: String(lead.impact) })} ·{' '}
                    {lead.url === null ? lead.source : <a href={lead.url}>{lead.source}</a>} ·{' '}
                    {f.ago(lead.publishedAt)}
                  </p>
                </Panel>
              ))}
              {answer.numbers.length > 0 && (
                <Panel title={t('pulse.numbers')}>
                  <Facts
                    items={answer.numbers.map((one) => ({
                      name: `${one.label}, ${one.source}`,
                      value: one.value,
                    }))}
                  />
                </Panel>
              )}
              {answer.releases.length > 0 && (
                <Panel title={t('pulse.releases')}>
                  <p>{f.list(answer.releases.map((one) => one.title))}</p>
                </Panel>
              )}
              <p className="cap">
                {answer.provenance.map((one) => (
                  <Prov key={one} kind={one} />
                ))}{' '}
                {answer.method}
              </p>
            </div>
          )
        }
      </Answer>
    </div>
  );
}
