import { type FormEvent, type ReactNode, useState } from 'react';
import { csvHead, csvRow } from '#foundation/kernel/csv.ts';
import type { Id } from '#foundation/kernel/ids.ts';
import {
  chat,
  getConversation,
  listConversations,
  questionCharsMax,
  rateAnswer,
} from '#market/assistant/contract.ts';
import { useAct, useApi } from '../../kit/api.ts';
import { Heading } from '../../kit/room.tsx';
import { Button } from '../../ui/button.tsx';
import { Chart } from '../../ui/chart.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { download } from '../../ui/download.ts';
import { Field } from '../../ui/field.tsx';
import { Panel, Prov } from '../../ui/parts.tsx';
import { Answer, Problem, SkeletonRows } from '../../ui/state.tsx';
import { useWords } from './words.ts';

type Conversation = Id<'conversation'>;

/** A conversation over the figures; it is kept, and can be found again. */
export function Ask(): ReactNode {
  const { t } = useWords();
  const [conversation, open] = useState<Conversation | null>(null);
  const send = useAct(chat, [getConversation, listConversations]);
  const [typed, type] = useState('');
  async function ask(message: string): Promise<void> {
    const answered = await send
      .run({
        body: { message, ...(conversation !== null && { conversation_id: conversation }) },
      })
      .catch(() => null);
    if (answered === null) return; // the refusal is shown
    open(answered.conversation_id);
    type('');
  }
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (typed.trim() !== '') void ask(typed.trim());
  }
  const examples = [1, 2, 3, 4].map((n) => t(`market.askExample${n}` as 'market.askExample1'));
  return (
    <>
      <Heading title={t('market.askTitle')}>{t('market.askLead')}</Heading>
      <div className="stack">
        {conversation !== null && <Turns id={conversation} ask={(text) => void ask(text)} />}
        <form className="stack" onSubmit={submit}>
          <Field
            label={t('market.askLabel')}
            value={typed}
            maxLength={questionCharsMax}
            autoComplete="off"
            onChange={(event) => type(event.target.value)}
          />
          <div className="row">
            <Button kind="main" type="submit" busy={send.busy}>
              {t('market.askSend')}
            </Button>
            {conversation !== null && (
              <Button kind="bare" onClick={() => open(null)}>
                {t('market.askNew')}
              </Button>
            )}
          </div>
        </form>
        {send.error !== null && <Problem error={send.error} />}
        {conversation === null && (
          <>
            <Panel title={t('market.askTry')}>
              <div className="row">
                {examples.map((text) => (
                  <Button key={text} onClick={() => void ask(text)}>
                    {text}
                  </Button>
                ))}
              </div>
            </Panel>
            <Earlier open={open} />
          </>
        )}
      </div>
    </>
  );
}

function Earlier({ open }: { open: (id: Conversation) => void }): ReactNode {
  const { t, f } = useWords();
  const earlier = useApi(listConversations, { query: { limit: 10 } });
  const items = earlier.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Panel title={t('market.askHistory')}>
      {items.map((one) => (
        <p key={one.id} className="row">
          <Button kind="bare" onClick={() => open(one.id)}>
            {one.title}
          </Button>
          <span className="cap">{f.dateTime(one.lastAt)}</span>
        </p>
      ))}
    </Panel>
  );
}

type Row = {
  readonly labels: readonly (string | null)[];
  readonly at: string | null;
  readonly value: number;
};
type Told = {
  readonly response: string;
  readonly citations: readonly string[];
  readonly rows: readonly Row[];
  readonly unit: string | null;
  readonly provenance: readonly string[];
  readonly followUps: readonly string[];
};

function Turns({ id, ask }: { id: Conversation; ask: (text: string) => void }): ReactNode {
  const { t } = useWords();
  const conversation = useApi(getConversation, { params: { id } }, { freshMs: 0 });
  return (
    <Answer of={conversation} skeleton={<SkeletonRows rows={3} />}>
      {({ turns }) => (
        <div className="stack" aria-live="polite">
          {turns.map((turn, at) => (
            <Panel key={turn.id} title={turn.question}>
              <div className="stack">
                <p>{turn.answer.response}</p>
                <Behind told={turn.answer} />
                <div className="row">
                  {at === turns.length - 1 &&
                    turn.answer.followUps.map((text) => (
                      <Button key={text} onClick={() => ask(text)}>
                        {text}
                      </Button>
                    ))}
                  <Rate id={turn.id} was={turn.wasHelpful} />
                </div>
              </div>
            </Panel>
          ))}
          <span className="sr">{t('market.askTitle')}</span>
        </div>
      )}
    </Answer>
  );
}

function Behind({ told }: { told: Told }): ReactNode {
  const { t, f, locale } = useWords();
  const count = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  if (told.rows.length === 0) return null;
  const buckets = told.rows.filter((row) => row.at !== null && row.labels.length === 0);
  const columns: readonly Column<Row>[] = [
    {
      key: 'what',
      title: t('market.askWhat'),
      head: true,
      render: (row) => row.labels.map((label) => label ?? '–').join(', ') || (told.unit ?? ''),
    },
    {
      key: 'when',
      title: t('market.askWhen'),
      wide: true,
      render: (row) => (row.at === null ? '' : f.day(row.at)),
    },
    {
      key: 'value',
      title: t('market.askValue'),
      number: true,
      sort: (row) => row.value,
      render: (row) => count.format(row.value),
    },
  ];
  return (
    <>
      {buckets.length > 2 && (
        <Chart
          title={told.unit ?? ''}
          kind="line"
          x={buckets.map((row) => row.at!)}
          xName={t('market.askWhen')}
          series={[{ name: told.unit ?? '', values: buckets.map((row) => row.value) }]}
          formatX={f.dayShort}
          format={(value) => count.format(value)}
          summary={told.response}
        />
      )}
      <details>
        <summary>{t('market.askRows')}</summary>
        <DataTable
          label={t('market.askRows')}
          columns={columns}
          rows={told.rows}
          rowKey={(row) => `${row.at} ${row.labels.join(' ')}`}
        />
        <p className="cap row">
          {told.provenance.map((kind) => (
            <Prov key={kind} kind={kind} />
          ))}
          {told.citations.join(' · ')}
          <Button kind="bare" onClick={() => download('answer.csv', csvOf(told), 'text/csv')}>
            {t('market.askCsv')}
          </Button>
        </p>
      </details>
    </>
  );
}

function csvOf({ rows, unit }: Told): string {
  return (
    csvHead(['what', 'from', 'value', 'unit']) +
    rows.map((row) => csvRow([row.labels.join(', '), row.at, row.value, unit])).join('')
  );
}

function Rate({ id, was }: { id: Id<'turn'>; was: boolean | null }): ReactNode {
  const { t } = useWords();
  const rate = useAct(rateAnswer, [getConversation]);
  const say = (wasHelpful: boolean) => void rate.run({ params: { id }, body: { wasHelpful } });
  return was === null ? (
    <>
      <Button kind="bare" busy={rate.busy} onClick={() => say(true)}>
        {t('market.askHelpful')}
      </Button>
      <Button kind="bare" busy={rate.busy} onClick={() => say(false)}>
        {t('market.askNotHelpful')}
      </Button>
    </>
  ) : (
    <span className="cap">{t('market.askThanks')}</span>
  );
}
