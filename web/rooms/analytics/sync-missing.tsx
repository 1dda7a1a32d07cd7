import { type ReactNode, useState } from 'react';
import { cancelSync, listSyncs, startSync } from '#market/sync/contract.ts';
import { useAct, useApi } from '../../kit/api.ts';
import { useMay } from '../../kit/session.tsx';
import { Button } from '../../ui/button.tsx';
import { Panel, Progress } from '../../ui/parts.tsx';
import { Problem } from '../../ui/state.tsx';
import { useWords } from './words.ts';

type Filters = { readonly artist: string; readonly from: string; readonly to: string };

const pollMs = 2_000;

/** Has missing figures fetched, and shows where that stands; it goes on when the page is left. */
export function SyncMissing({
  query,
  missingCells,
}: {
  query: Filters;
  missingCells: number;
}): ReactNode {
  const { t } = useWords();
  const may = useMay('analytics.sync');
  const start = useAct(startSync, [listSyncs]);
  if (!may) return null;
  return (
    <div className="stack">
      {missingCells > 0 && (
        <div className="row">
          <Button
            busy={start.busy}
            onClick={() =>
              void start.run({ body: { ...query } }).catch(() => {
                // The refusal is shown below.
              })
            }
          >
            {t('analytics.sync')}
          </Button>
          <span className="cap">{t('analytics.syncMeaning', { cells: String(missingCells) })}</span>
        </div>
      )}
      {start.error !== null && <Problem error={start.error} />}
    </div>
  );
}

/** What was asked to be filled and is not done, on every screen of the room that shows figures. */
export function Syncs(): ReactNode {
  const { t, f } = useWords();
  const may = useMay('analytics.sync');
  const [isBusy, setBusy] = useState(true);
  const syncs = useApi(
    listSyncs,
    { query: { limit: 5 } },
    { enabled: may, everyMs: isBusy ? pollMs : false, freshMs: 0 },
  );
  const cancel = useAct(cancelSync, [listSyncs]);
  const items = syncs.data?.items ?? [];
  const busy = items.some(({ status }) => status === 'running');
  if (busy !== isBusy) setBusy(busy);
  if (items.length === 0) return null;
  return (
    <Panel title={t('analytics.syncs')}>
      <div className="stack">
        {items.map((one) => (
          <div key={one.taskId} className="stack">
            <p className="row">
              <strong>{t(`analytics.sync_${one.status}` as 'analytics.sync_done')}</strong>
              <span className="cap">
                {f.day(one.filters.from)} – {f.day(one.filters.to)},{' '}
                {t('analytics.syncCalls', {
                  done: String(one.callsDone),
                  calls: String(one.calls),
                  cells: String(one.cells),
                })}
              </span>
              {(one.status === 'running' || one.status === 'paused') && (
                <Button
                  kind="bare"
                  busy={cancel.busy}
                  onClick={() => void cancel.run({ params: { taskId: one.taskId } })}
                >
                  {t('analytics.syncStop')}
                </Button>
              )}
            </p>
            {one.status === 'running' && (
              <Progress
                label={t('analytics.syncs')}
                done={one.callsDone + one.callsFailed}
                total={one.calls}
              />
            )}
            {one.problem !== null && <p className="cap">{one.problem}</p>}
          </div>
        ))}
      </div>
    </Panel>
  );
}
