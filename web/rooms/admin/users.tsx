import { keepPreviousData } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { disableUser, enableUser, listUsers, roles, setRoles } from '#people/accounts/contract.ts';
import { useAct, usePages } from '../../kit/api.ts';
import { Heading } from '../../kit/room.tsx';
import { useMay, useSession } from '../../kit/session.tsx';
import { Button } from '../../ui/button.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, Search, Select } from '../../ui/field.tsx';
import { Facts, Note, Prov } from '../../ui/parts.tsx';
import { Answer, Empty, Problem, SkeletonRows } from '../../ui/state.tsx';
import { useToast } from '../../ui/toast.tsx';
import { useWords } from './words.ts';

const pageRows = 50;

type Role = (typeof roles)[number];
type User = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly Role[];
  readonly territory: string | null;
  readonly createdAt: string;
  readonly provenance: string;
  readonly disabledAt: string | null;
  readonly disabledBecause: string | null;
};

export function Users(): ReactNode {
  const { t } = useWords();
  const [words, setWords] = useState('');
  const [role, setRole] = useState('');
  const [openId, setOpenId] = useState<string | null>(null);
  const users = usePages(
    listUsers,
    {
      query: {
        limit: pageRows,
        ...(words.trim() === '' ? {} : { query: words.trim() }),
        ...(role === '' ? {} : { role: role as Role }),
      },
    },
    { placeholder: keepPreviousData },
  );
  const open = users.data?.find((user) => user.id === openId);
  return (
    <>
      <Heading title={t('admin.users')}>{t('admin.usersLead')}</Heading>
      <div className="row filters">
        <Search
          label={t('admin.searchUsers')}
          value={words}
          onChange={({ currentTarget }) => setWords(currentTarget.value)}
        />
        <Select
          label={t('admin.role')}
          value={role}
          options={[
            { value: '', name: t('admin.everyRole') },
            ...roles.map((one) => ({ value: one as string, name: t(`role.${one}`) })),
          ]}
          onChange={({ currentTarget }) => setRole(currentTarget.value)}
        />
      </div>
      <Answer of={users} skeleton={<SkeletonRows rows={8} />}>
        {(items) =>
          items.length === 0 ? (
            <Empty title={t('admin.noUsers')}>{t('admin.noUsersBody')}</Empty>
          ) : (
            <Table users={items} paging={users.paging} onOpen={(user) => setOpenId(user.id)} />
          )
        }
      </Answer>
      {open !== undefined && (
        <UserDrawer key={open.id} user={open} onClose={() => setOpenId(null)} />
      )}
    </>
  );
}

function Table({
  users,
  paging,
  onOpen,
}: {
  users: readonly User[];
  paging: { hasMore: boolean; loading: boolean; more: () => void };
  onOpen: (user: User) => void;
}): ReactNode {
  const { t, f } = useWords();
  const rolesOf = (user: User) =>
    user.roles
      .filter((role) => role !== 'listener' || user.roles.length === 1)
      .map((role) => t(`role.${role}`))
      .join(', ');
  const columns: readonly Column<User>[] = [
    {
      key: 'name',
      title: t('register.name'),
      head: true,
      sort: (user) => user.name,
      render: (user) => (
        <button type="button" className="door" aria-haspopup="dialog" onClick={() => onOpen(user)}>
          {user.name}
        </button>
      ),
    },
    {
      key: 'email',
      title: t('signIn.email'),
      wide: true,
      sort: (user) => user.email,
      render: (user) => user.email,
    },
    { key: 'roles', title: t('settings.roles'), sort: rolesOf, render: rolesOf },
    {
      key: 'from',
      title: t('plays.from'),
      wide: true,
      render: (user) => <Prov kind={user.provenance} />,
    },
    {
      key: 'since',
      title: t('admin.since'),
      number: true,
      wide: true,
      sort: (user) => user.createdAt,
      render: (user) => f.date(user.createdAt),
    },
    {
      key: 'state',
      title: <span className="sr">{t('run.status')}</span>,
      number: true,
      render: (user) =>
        user.disabledAt !== null && <span className="badge error">{t('admin.disabled')}</span>,
    },
  ];
  return (
    <DataTable
      label={t('admin.users')}
      columns={columns}
      rows={users}
      rowKey={(user) => user.id}
      paging={paging}
    />
  );
}

function UserDrawer({ user, onClose }: { user: User; onClose: () => void }): ReactNode {
  const { t, f } = useWords();
  const { me } = useSession();
  const mayWrite = useMay('users.write');
  return (
    <Dialog drawer title={user.name} onClose={onClose}>
      <Facts
        items={[
          { name: t('signIn.email'), value: user.email },
          { name: t('admin.since'), value: f.dateTime(user.createdAt) },
          {
            name: t('run.territory'),
            value:
              user.territory === null ? t('studio.territoryUnknown') : f.territory(user.territory),
          },
          { name: t('plays.from'), value: <Prov kind={user.provenance} /> },
        ]}
      />
      {user.disabledAt !== null && (
        <Note kind="error" title={t('admin.disabledOn', { when: f.dateTime(user.disabledAt) })}>
          {user.disabledBecause}
        </Note>
      )}
      {mayWrite ? (
        <>
          <RolesForm user={user} onDone={onClose} />
          {user.id !== me?.id && <LockForm user={user} onDone={onClose} />}
        </>
      ) : (
        <p className="soft">{t('admin.readOnly')}</p>
      )}
    </Dialog>
  );
}

function RolesForm({ user, onDone }: { user: User; onDone: () => void }): ReactNode {
  const { t } = useWords();
  const toast = useToast();
  const save = useAct(setRoles, [listUsers]);
  const [held, setHeld] = useState<ReadonlySet<Role>>(new Set(user.roles));
  const changed = held.size !== user.roles.length || user.roles.some((role) => !held.has(role));
  function toggle(role: Role): void {
    const next = new Set(held);
    if (!next.delete(role)) next.add(role);
    setHeld(next);
  }
  function send(event: FormEvent): void {
    event.preventDefault();
    void save.run({ params: { id: user.id as never }, body: { roles: [...held] } }).then(
      () => {
        toast(t('admin.rolesSaved', { name: user.name }));
        onDone();
      },
      () => {}, // shown below
    );
  }
  return (
    <form className="stack" onSubmit={send}>
      <fieldset className="ticks">
        <legend>{t('settings.roles')}</legend>
        {roles.map((role) => (
          <label key={role}>
            <input
              type="checkbox"
              checked={held.has(role) || role === 'listener'}
              disabled={role === 'listener'}
              onChange={() => toggle(role)}
            />
            {t(`role.${role}`)}
          </label>
        ))}
      </fieldset>
      {save.error !== null && <Problem error={save.error} />}
      <div className="row">
        <Button kind="main" type="submit" busy={save.busy} disabled={!changed}>
          {t('admin.saveRoles')}
        </Button>
      </div>
    </form>
  );
}

/** Locking somebody out says why, and the reason stays in the audit log. */
function LockForm({ user, onDone }: { user: User; onDone: () => void }): ReactNode {
  const { t } = useWords();
  const toast = useToast();
  const disable = useAct(disableUser, [listUsers]);
  const enable = useAct(enableUser, [listUsers]);
  const [because, setBecause] = useState('');
  const error = disable.error ?? enable.error;
  const params = { id: user.id as never };
  const done = (said: string) => () => {
    toast(said);
    onDone();
  };
  if (user.disabledAt !== null) {
    return (
      <div className="stack">
        {error !== null && <Problem error={error} />}
        <div className="row">
          <Button
            busy={enable.busy}
            onClick={() =>
              void enable
                .run({ params })
                .then(done(t('admin.enabledToast', { name: user.name })), () => {})
            }
          >
            {t('admin.enable')}
          </Button>
        </div>
      </div>
    );
  }
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void disable
          .run({ params, body: { because } })
          .then(done(t('admin.disabledToast', { name: user.name })), () => {});
      }}
    >
      <Field
        label={t('admin.because')}
        hint={t('admin.becauseHint')}
        required
        maxLength={500}
        value={because}
        onChange={({ currentTarget }) => setBecause(currentTarget.value)}
      />
      {error !== null && <Problem error={error} />}
      <div className="row">
        <Button type="submit" icon="lock" busy={disable.busy} disabled={because.trim() === ''}>
          {t('admin.disable')}
        </Button>
      </div>
    </form>
  );
}
