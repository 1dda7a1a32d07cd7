import { type FormEvent, type ReactNode, useState } from 'react';
import { keepQuery, listQueries } from '#market/reports/contract.ts';
import { useAct } from '../../kit/api.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, Select } from '../../ui/field.tsx';
import { Problem } from '../../ui/state.tsx';
import { useToast } from '../../ui/toast.tsx';
import { useWords } from './words.ts';

const nameCharsMax = 120;

/** Keeps the question that is on the screen, for these days or for the last whole month whenever it is asked. */
export function KeepQuestion({
  artist,
  name,
  from,
  to,
}: {
  artist: string;
  name: string;
  from: string;
  to: string;
}): ReactNode {
  const { t } = useWords();
  const toast = useToast();
  const [isOpen, open] = useState(false);
  const keep = useAct(keepQuery, [listQueries]);
  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const period = form.get('period') === 'days' ? { from, to } : { named: 'last month' as const };
    const kept = await keep
      .run({ body: { name: String(form.get('name')), filters: { artist, period } } })
      .catch(() => null);
    if (kept === null) return; // the refusal is in the dialog
    open(false);
    toast(t('analytics.kept'));
  }
  return (
    <>
      <Button onClick={() => open(true)}>{t('analytics.keep')}</Button>
      {isOpen && (
        <Dialog title={t('analytics.keepTitle')} onClose={() => open(false)}>
          <form className="stack" onSubmit={(event) => void submit(event)}>
            <Field
              label={t('analytics.keepName')}
              name="name"
              defaultValue={name}
              maxLength={nameCharsMax}
              required
            />
            <Select
              label={t('analytics.keepPeriod')}
              name="period"
              options={[
                { value: 'month', name: t('analytics.period_lastMonth') },
                { value: 'days', name: t('analytics.period_days', { from, to }) },
              ]}
            />
            {keep.error !== null && <Problem error={keep.error} />}
            <div className="row">
              <Button kind="main" type="submit" busy={keep.busy}>
                {t('analytics.keep')}
              </Button>
            </div>
          </form>
        </Dialog>
      )}
    </>
  );
}
