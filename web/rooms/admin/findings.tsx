import { type ReactNode, useState } from 'react';
import {
  decideFinding,
  type FindingOut,
  listFindings,
  listImportFindings,
} from '#counting/findings/contract.ts';
import { useAct, usePages } from '../../kit/api.ts';
import { Heading } from '../../kit/room.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FindingList } from '../../kit/findings.ts';
import { Chips } from '../../ui/parts.tsx';
import { Answer, Empty, Problem, SkeletonRows } from '../../ui/state.tsx';
import { useToast } from '../../ui/toast.tsx';
import { useWords } from './words.ts';

const pageRows = 20;
const shown = ['waiting', 'all'] as const;
type Shown = (typeof shown)[number];
type Decision = 'merged' | 'confirmed' | 'rejected';

/** Uploads that sound like something that was there before, for a person to judge. */
export function Findings(): ReactNode {
  const { t } = useWords();
  const [which, setWhich] = useState<Shown>('waiting');
  const [merging, setMerging] = useState<FindingOut | null>(null);
  const findings = usePages(listFindings, {
    query: { limit: pageRows, ...(which === 'waiting' && { waiting: true }) },
  });
  return (
    <>
      <Heading
        title={t('findings.title')}
        actions={
          <Chips
            label={t('findings.show')}
            value={which}
            options={shown.map((one) => ({ value: one, name: t(`findings.show.${one}`) }))}
            onChange={setWhich}
          />
        }
      >
        {t('findings.lead')}
      </Heading>
      <Answer of={findings} skeleton={<SkeletonRows rows={6} />}>
        {(items) =>
          items.length === 0 ? (
            <Empty title={t(which === 'waiting' ? 'findings.noneWaiting' : 'findings.none')}>
              {t('findings.noneBody')}
            </Empty>
          ) : (
            <FindingList
              findings={items}
              renderBelow={(finding) =>
                finding.decision === null && (
                  <Decide finding={finding} onMerge={() => setMerging(finding)} />
                )
              }
            />
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
      {merging !== null && <Merge finding={merging} onClose={() => setMerging(null)} />}
    </>
  );
}

function useDecision(finding: FindingOut) {
  const act = useAct(decideFinding, [listFindings, listImportFindings]);
  const { recordingId, otherId } = finding;
  return {
    ...act,
    say: (decision: Decision) => act.run({ params: { recordingId, otherId }, body: { decision } }),
  };
}

function Decide({ finding, onMerge }: { finding: FindingOut; onMerge: () => void }): ReactNode {
  const { t } = useWords();
  const toast = useToast();
  const decision = useDecision(finding);
  const say = (wanted: Decision): void =>
    void decision.say(wanted).then(
      () => toast(t('findings.kept')),
      () => {}, // shown below
    );
  const mayBeSame = finding.kind !== 'mix' && finding.kind !== 'sample';
  return (
    <>
      {decision.error !== null && <Problem error={decision.error} />}
      <div className="row">
        {mayBeSame && <Button onClick={onMerge}>{t('findings.merge')}</Button>}
        <Button busy={decision.busy} onClick={() => say('confirmed')}>
          {t('findings.confirm')}
        </Button>
        <Button busy={decision.busy} onClick={() => say('rejected')}>
          {t('findings.reject')}
        </Button>
      </div>
    </>
  );
}

function Merge({ finding, onClose }: { finding: FindingOut; onClose: () => void }): ReactNode {
  const { t } = useWords();
  const toast = useToast();
  const decision = useDecision(finding);
  return (
    <Dialog title={t('findings.merge')} onClose={onClose}>
      <div className="stack">
        <p>
          {t('findings.mergeMeans', {
            later: `${finding.title}, ${finding.artist}`,
            earlier: `${finding.otherTitle}, ${finding.otherArtist}`,
          })}
        </p>
        {decision.error !== null && <Problem error={decision.error} />}
        <div className="row">
          <Button
            kind="main"
            busy={decision.busy}
            onClick={() =>
              void decision.say('merged').then(
                () => {
                  toast(t('findings.kept'));
                  onClose();
                },
                () => {}, // shown above
              )
            }
          >
            {t('findings.merge')}
          </Button>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
        </div>
      </div>
    </Dialog>
  );
}
