import type { ReactNode } from 'react';
import { listOwnFindings } from '#counting/findings/contract.ts';
import { usePages } from '../../kit/api.ts';
import { Heading } from '../../kit/room.tsx';
import { Button } from '../../ui/button.tsx';
import { FindingList } from '../../kit/findings.ts';
import { Answer, Empty, SkeletonRows } from '../../ui/state.tsx';
import { useWords } from './words.ts';

const pageRows = 20;

/** What my own uploads share with what was there before, and what became of it. */
export function OwnFindings(): ReactNode {
  const { t } = useWords();
  const findings = usePages(listOwnFindings, { query: { limit: pageRows } });
  return (
    <>
      <Heading title={t('findings.title')}>{t('findings.ownLead')}</Heading>
      <Answer of={findings} skeleton={<SkeletonRows rows={4} />}>
        {(items) =>
          items.length === 0 ? (
            <Empty title={t('findings.none')}>{t('findings.noneBody')}</Empty>
          ) : (
            <FindingList findings={items} />
          )
        }
      </Answer>
      {findings.paging.hasMore && (
        <p className="more">
          <Button busy={findings.paging.loading} onClick={findings.paging.more}>
            {t('ui.showMore')}
          </Button>
        </p>
      )}
    </>
  );
}
