import { type FormEvent, type ReactNode, useState } from 'react';
import { Link, useSearch } from 'wouter';
import { ApiError } from '#client/call.ts';
import {
  approveApplication,
  listTokens,
  makeToken,
  revokeToken,
  tokenNameCharsMax,
} from '#doors/scrobbling/contract.ts';
import { Button } from '../../ui/button.tsx';
import { CopyFacts, CopyText } from '../../ui/copyable.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Missing, Note, Panel } from '../../ui/parts.tsx';
import { ShownOnce } from '../../ui/shown-once.tsx';
import { Answer, Empty, Problem, SkeletonRows } from '../../ui/state.tsx';
import { useToast } from '../../ui/toast.tsx';
import { useWords } from './words.ts';
import { useAct, useApi } from '../../kit/api.ts';
import { Page, Topbar } from '../../kit/page.tsx';
import { Heading } from '../../kit/room.tsx';
import { useSession } from '../../kit/session.tsx';

type Token = {
  readonly id: string;
  readonly name: string;
  readonly hint: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
};
type Made = Token & {
  readonly userName: string;
  readonly token: string;
  readonly apiKey: string;
  readonly sharedSecret: string;
};

/** Programs that already report what is played on them, pointed at this server. */
export function Scrobblers(): ReactNode {
  const { t } = useWords();
  const { me } = useSession();
  const search = useSearch();
  const here = `/app/settings/scrobblers${search === '' ? '' : `?${search}`}`;
  return (
    <Page title={t('scrobblers.title')}>
      <Topbar />
      <Heading title={t('scrobblers.title')}>{t('scrobblers.lead')}</Heading>
      {me === null ? (
        <Empty
          title={t('scrobblers.signIn')}
          action={
            <Link className="btn btn-main" href={`/app/sign-in?next=${encodeURIComponent(here)}`}>
              {t('shell.signIn')}
            </Link>
          }
        />
      ) : (
        <Tokens />
      )}
    </Page>
  );
}

function Tokens(): ReactNode {
  const { t } = useWords();
  const tokens = useApi(listTokens, {});
  const waiting = new URLSearchParams(useSearch()).get('token');
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<Token | null>(null);
  const make = (
    <Button kind="main" icon="plus" onClick={() => setMaking(true)}>
      {t('scrobblers.make')}
    </Button>
  );
  return (
    <>
      {waiting !== null && <Approve requestToken={waiting} />}
      <div className="cols">
        <Panel title={t('scrobblers.tokens')}>
          <Answer of={tokens} skeleton={<SkeletonRows rows={3} />}>
            {({ items }) =>
              items.length === 0 ? (
                <Empty title={t('scrobblers.none')} action={make}>
                  {t('scrobblers.noneBody')}
                </Empty>
              ) : (
                <div className="stack">
                  <TokenTable tokens={items} onRevoke={setRevoking} />
                  <div className="row">{make}</div>
                </div>
              )
            }
          </Answer>
        </Panel>
        <Panel title={t('scrobblers.how')}>
          <HowTo userName={tokens.data?.userName ?? null} made={null} />
        </Panel>
      </div>
      {making && <Make userName={tokens.data?.userName ?? null} onClose={() => setMaking(false)} />}
      {revoking !== null && <Revoke token={revoking} onClose={() => setRevoking(null)} />}
    </>
  );
}

function TokenTable({
  tokens,
  onRevoke,
}: {
  tokens: readonly Token[];
  onRevoke: (token: Token) => void;
}): ReactNode {
  const { t, f } = useWords();
  const columns: readonly Column<Token>[] = [
    {
      key: 'name',
      title: t('scrobblers.program'),
      head: true,
      sort: (token) => token.name,
      render: (token) => (
        <>
          {token.name} <span className="cap mono">{token.hint}…</span>
        </>
      ),
    },
    {
      key: 'used',
      title: t('scrobblers.lastUsed'),
      number: true,
      sort: (token) => token.lastUsedAt,
      render: (token) =>
        token.lastUsedAt === null ? (
          <Missing why={t('scrobblers.neverUsed')} />
        ) : (
          <span title={f.dateTime(token.lastUsedAt)}>{f.ago(token.lastUsedAt)}</span>
        ),
    },
    {
      key: 'made',
      title: t('scrobblers.made'),
      number: true,
      wide: true,
      sort: (token) => token.createdAt,
      render: (token) => f.date(token.createdAt),
    },
    {
      key: 'act',
      title: <span className="sr">{t('ui.actions')}</span>,
      number: true,
      render: (token) => (
        <Button
          kind="bare"
          aria-label={t('track.revokeOne', { name: token.name })}
          onClick={() => onRevoke(token)}
        >
          {t('track.revoke')}
        </Button>
      ),
    },
  ];
  return (
    <DataTable
      label={t('scrobblers.tokens')}
      columns={columns}
      rows={tokens}
      rowKey={(token) => token.id}
    />
  );
}

function Make({
  userName: known,
  onClose,
}: {
  userName: string | null;
  onClose: () => void;
}): ReactNode {
  const { t } = useWords();
  const make = useAct(makeToken, [listTokens]);
  const [name, setName] = useState('');
  const [userName, setUserName] = useState(known ?? '');
  if (make.done !== undefined) return <ShowToken made={make.done} onClose={onClose} />;
  const wrong = make.error instanceof ApiError ? make.error : null;
  const aboutName = wrong?.field === 'userName' || wrong?.code === 'USER_NAME_TAKEN';

  function send(event: FormEvent): void {
    event.preventDefault();
    const chosen = userName.trim();
    void make
      .run({
        body: {
          name: name.trim(),
          ...(chosen === '' || chosen === known ? {} : { userName: chosen }),
        },
      })
      .catch(() => {}); // shown in the form
  }
  return (
    <Dialog title={t('scrobblers.make')} onClose={onClose}>
      <form className="stack" onSubmit={send}>
        <Field
          label={t('scrobblers.program')}
          hint={t('scrobblers.programHint')}
          required
          maxLength={tokenNameCharsMax}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          wrong={wrong?.field === 'name' ? wrong.message : undefined}
        />
        <Field
          label={t('scrobblers.userName')}
          hint={t(known === null ? 'scrobblers.userNameNew' : 'scrobblers.userNameKept')}
          autoCapitalize="none"
          spellCheck={false}
          pattern="[A-Za-z0-9][A-Za-z0-9_.\-]{1,39}"
          maxLength={40}
          value={userName}
          onChange={({ currentTarget }) => setUserName(currentTarget.value)}
          wrong={aboutName ? wrong?.message : undefined}
        />
        {wrong !== null && wrong.field !== 'name' && !aboutName && <Problem error={wrong} />}
        <div className="row">
          <Button kind="main" type="submit" busy={make.busy}>
            {t('scrobblers.make')}
          </Button>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
        </div>
      </form>
    </Dialog>
  );
}

function ShowToken({ made, onClose }: { made: Made; onClose: () => void }): ReactNode {
  const { t } = useWords();
  return (
    <ShownOnce
      title={t('scrobblers.madeTitle', { name: made.name })}
      warning={t('scrobblers.once')}
      meaning={t('scrobblers.onceBody')}
      onClose={onClose}
    >
      <HowTo userName={made.userName} made={made} />
    </ShownOnce>
  );
}

/**
 * What each kind of program has to be told. With a token just made its values are filled in; else the places where
 * they go are named.
 */
function HowTo({ userName, made }: { userName: string | null; made: Made | null }): ReactNode {
  const { t } = useWords();
  const { origin, hostname } = location;
  const token = made?.token ?? t('scrobblers.yourToken');
  const user = userName ?? t('scrobblers.yourUserName');
  return (
    <div>
      {/^(localhost|127\.|\[::1\])/.test(hostname) && (
        <Note title={t('scrobblers.localTitle')}>{t('scrobblers.localBody')}</Note>
      )}
      <How title="ListenBrainz" programs="Pano Scrobbler, Navidrome, Web Scrobbler" open>
        <CopyFacts
          items={[
            { name: t('scrobblers.address'), value: `${origin}/` },
            { name: t('scrobblers.submitAddress'), value: `${origin}/1/submit-listens` },
            { name: t('scrobblers.userToken'), value: token, isHint: made === null },
          ]}
        />
        <CopyText label="Navidrome" text={`ND_LISTENBRAINZ_BASEURL="${origin}/1/"`} />
      </How>
      <How title="Last.fm" programs={t('scrobblers.lastfmPrograms')}>
        <CopyFacts
          items={[
            { name: t('scrobblers.address'), value: `${origin}/2.0/` },
            { name: t('scrobblers.userName'), value: user, isHint: userName === null },
            { name: t('scrobblers.password'), value: token, isHint: made === null },
            {
              name: 'api_key',
              value: made?.apiKey ?? t('scrobblers.withToken'),
              isHint: made === null,
            },
            {
              name: 'shared secret',
              value: made?.sharedSecret ?? t('scrobblers.withToken'),
              isHint: made === null,
            },
          ]}
        />
      </How>
      <How title="AudioScrobbler 1.2" programs="mpdscribble">
        <CopyFacts
          items={[
            { name: t('scrobblers.address'), value: `${origin}/` },
            { name: t('scrobblers.userName'), value: user, isHint: userName === null },
            { name: t('scrobblers.password'), value: token, isHint: made === null },
          ]}
        />
        <CopyText
          label="mpdscribble.conf"
          text={[
            '[ngoma]',
            `url = ${origin}/`,
            `username = ${user}`,
            `password = ${token}`,
            'journal = ~/.cache/mpdscribble/ngoma.journal',
          ].join('\n')}
        />
      </How>
    </div>
  );
}

function How({
  title,
  programs,
  open = false,
  children,
}: {
  title: string;
  programs: string;
  open?: boolean;
  children: ReactNode;
}): ReactNode {
  return (
    <details className="how" open={open}>
      <summary>
        <Icon name="chevron" />
        {title}
        <span className="cap">{programs}</span>
      </summary>
      <div className="stack">{children}</div>
    </details>
  );
}

function Revoke({ token, onClose }: { token: Token; onClose: () => void }): ReactNode {
  const { t } = useWords();
  const toast = useToast();
  const revoke = useAct(revokeToken, [listTokens]);
  return (
    <Dialog title={t('track.revokeAsk', { name: token.name })} onClose={onClose}>
      <p>{t('scrobblers.revokeMeans')}</p>
      {revoke.error !== null && <Problem error={revoke.error} />}
      <div className="row">
        <Button
          kind="main"
          busy={revoke.busy}
          onClick={() =>
            void revoke.run({ params: { id: token.id as never } }).then(
              () => {
                toast(t('track.revokedToast', { name: token.name }));
                onClose();
              },
              () => {}, // said above the button
            )
          }
        >
          {t('track.revoke')}
        </Button>
        <Button onClick={onClose}>{t('ui.cancel')}</Button>
      </div>
    </Dialog>
  );
}

/** A program that asked for leave the way Last.fm has it sends its reader here with a token. */
function Approve({ requestToken }: { requestToken: string }): ReactNode {
  const { t } = useWords();
  const approve = useAct(approveApplication, [listTokens]);
  if (approve.done !== undefined)
    return (
      <Note kind="ok" title={t('scrobblers.approved')}>
        {t('scrobblers.approvedBody')}
      </Note>
    );
  return (
    <Panel title={t('scrobblers.approveTitle')}>
      <p>{t('scrobblers.approveBody')}</p>
      {approve.error !== null && <Problem error={approve.error} />}
      <div className="row">
        <Button
          kind="main"
          busy={approve.busy}
          onClick={() => void approve.run({ body: { requestToken } }).catch(() => {})}
        >
          {t('scrobblers.approve')}
        </Button>
        <Link className="btn" href="/app/settings/scrobblers">
          {t('ui.cancel')}
        </Link>
      </div>
    </Panel>
  );
}
