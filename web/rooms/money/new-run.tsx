import { type FormEvent, type ReactNode, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { ApiError } from '#client/call.ts';
import { isSource, sources } from '#foundation/kernel/counting.ts';
import { newId } from '#foundation/kernel/ids.ts';
import { type Currency, currencies, minorDigits } from '#foundation/kernel/money.ts';
import { createRun, listRuns, minPlayMsDefault } from '#money/royalties/contract.ts';
import { useAct } from '../../kit/api.ts';
import { Heading } from '../../kit/room.tsx';
import { useSession } from '../../kit/session.tsx';
import { Button } from '../../ui/button.tsx';
import { Field, Select } from '../../ui/field.tsx';
import { Chips, Facts, Panel } from '../../ui/parts.tsx';
import { Problem } from '../../ui/state.tsx';
import { useSourceName } from '../../ui/sources.ts';
import { useWords } from './words.ts';
import { parseAmount } from './parse-amount.ts';
import { useMoneyWords } from './names.ts';

/** The month before this one, in UTC: what is most often distributed. */
function lastMonth(): { from: string; to: string } {
  const now = new Date();
  const from = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1));
  const to = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));
  return { from: from.toISOString().slice(0, 10), to: to.toISOString().slice(0, 10) };
}

const currencyOfTerritory: Readonly<Record<string, Currency>> = { RW: 'RWF', NG: 'NGN', CD: 'CDF' };

export function NewRun(): ReactNode {
  const { t, f } = useWords();
  const words = useMoneyWords();
  const sourceName = useSourceName();
  const { me } = useSession();
  const [, go] = useLocation();
  const create = useAct(createRun, [listRuns]);
  // One key for this form: pressed twice, or sent again when the answer was lost, it is one run.
  const [key] = useState(() => newId<'request'>());
  const [period, setPeriod] = useState(lastMonth);
  const [amount, setAmount] = useState('');
  const [currency, setCurrency] = useState<Currency>(
    currencyOfTerritory[me?.territory ?? ''] ?? 'RWF',
  );
  const [policy, setPolicy] = useState<'pro-rata' | 'user-centric'>('pro-rata');
  const [seconds, setSeconds] = useState(String(minPlayMsDefault / 1000));
  const [source, setSource] = useState('');
  const [territory, setTerritory] = useState('');
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());

  const amountMinor = parseAmount(amount, currency);
  const wrongHere = {
    amount:
      left.has('amount') && (amountMinor === null || amountMinor === 0)
        ? t('run.amountWrong', { digits: minorDigits(currency), currency })
        : undefined,
    to: left.has('to') && period.to <= period.from ? t('run.periodWrong') : undefined,
  };
  const refused = create.error instanceof ApiError ? create.error : null;
  const wrongThere = (field: string) =>
    refused?.field?.includes(field) === true ? refused.message : undefined;
  const ready = amountMinor !== null && amountMinor > 0 && period.to > period.from;
  const leave = (field: string) => () => setLeft(new Set([...left, field]));

  const overlaps = refused?.code === 'RUN_OVERLAPS';

  function send(event: FormEvent): void {
    event.preventDefault();
    start(false);
  }
  function start(confirmOverlap: boolean): void {
    if (amountMinor === null) return;
    const scope = {
      ...(isSource(source) ? { source } : {}),
      ...(territory === '' ? {} : { territory: territory.toUpperCase() }),
    };
    void create
      .run({
        body: {
          period,
          pool: { amountMinor, currency },
          policy,
          minPlayMs: Math.round(Number(seconds) * 1000),
          scope,
          ...(confirmOverlap ? { confirmOverlap } : {}),
        },
        idempotencyKey: key,
      })
      .then(
        ({ id }) => go(`/app/money/runs/${id}`),
        () => {},
      ); // shown in the form
  }
  return (
    <>
      <Heading title={t('run.new')}>{t('run.newLead')}</Heading>
      <div className="cols">
        <form className="panel stack" onSubmit={send}>
          <div className="fields">
            <Field
              label={t('run.from')}
              type="date"
              required
              value={period.from}
              onChange={({ currentTarget }) => setPeriod({ ...period, from: currentTarget.value })}
              wrong={wrongThere('from')}
            />
            <Field
              label={t('run.to')}
              hint={t('run.toHint')}
              type="date"
              required
              value={period.to}
              onBlur={leave('to')}
              onChange={({ currentTarget }) => setPeriod({ ...period, to: currentTarget.value })}
              wrong={wrongHere.to ?? wrongThere('to') ?? wrongThere('period')}
            />
            <Field
              label={t('run.pool')}
              hint={
                amountMinor === null || amount === ''
                  ? t('run.poolHint')
                  : f.money(amountMinor, currency)
              }
              inputMode="decimal"
              autoComplete="off"
              required
              value={amount}
              onBlur={leave('amount')}
              onChange={({ currentTarget }) => setAmount(currentTarget.value)}
              wrong={wrongHere.amount ?? wrongThere('pool') ?? wrongThere('amountMinor')}
            />
            <Select
              label={t('run.currency')}
              value={currency}
              options={currencies.map((code) => ({ value: code, name: code }))}
              onChange={({ currentTarget }) => setCurrency(currentTarget.value as Currency)}
            />
          </div>
          <div className="field">
            <b>{t('run.policy')}</b>
            <Chips
              label={t('run.policy')}
              value={policy}
              options={(['pro-rata', 'user-centric'] as const).map((value) => ({
                value,
                name: words.policy(value),
              }))}
              onChange={setPolicy}
            />
            <span className="cap">
              {t(policy === 'pro-rata' ? 'policy.proRataMeans' : 'policy.userCentricMeans')}
            </span>
          </div>
          <div className="fields">
            <Field
              label={t('run.minPlay')}
              hint={t('run.minPlayHint')}
              inputMode="numeric"
              pattern="[0-9]{1,5}"
              required
              value={seconds}
              onChange={({ currentTarget }) => setSeconds(currentTarget.value)}
              wrong={wrongThere('minPlayMs')}
            />
            <Select
              label={t('plays.source')}
              value={source}
              options={[
                { value: '', name: t('run.everySource') },
                ...sources.map((one) => ({ value: one as string, name: sourceName(one) })),
              ]}
              onChange={({ currentTarget }) => setSource(currentTarget.value)}
            />
            <Field
              label={t('run.territory')}
              hint={
                territory.length === 2
                  ? f.territory(territory.toUpperCase())
                  : t('run.territoryHint')
              }
              maxLength={2}
              pattern="[A-Za-z]{2}"
              value={territory}
              onChange={({ currentTarget }) => setTerritory(currentTarget.value)}
              wrong={wrongThere('territory')}
            />
          </div>
          {create.error !== null && <Problem error={create.error} />}
          <div className="row">
            {overlaps && (
              <Button busy={create.busy} disabled={!ready} onClick={() => start(true)}>
                {t('run.startAnyway')}
              </Button>
            )}
            <Button kind="main" type="submit" busy={create.busy} disabled={!ready}>
              {t('run.start')}
            </Button>
            <Link className="btn" href="/app/money/runs">
              {t('ui.cancel')}
            </Link>
          </div>
        </form>
        <Panel title={t('run.whatHappens')}>
          <Facts
            items={[
              { name: t('run.step1'), value: t('run.step1Means') },
              { name: t('run.step2'), value: t('run.step2Means') },
              { name: t('run.step3'), value: t('run.step3Means') },
              { name: t('run.step4'), value: t('run.step4Means') },
            ]}
          />
        </Panel>
      </div>
    </>
  );
}
