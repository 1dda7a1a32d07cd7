import { type FormEvent, type ReactNode, useState } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { ApiError } from '#client/call.ts';
import { firstAdmin, passwordCharsMax, passwordCharsMin } from '#people/accounts/contract.ts';
import { Button } from '../../ui/button.tsx';
import { Cover } from '../../ui/cover.tsx';
import { Field } from '../../ui/field.tsx';
import { Note, Zigzag } from '../../ui/parts.tsx';
import { useWords } from './words.ts';
import { usePlayer } from '../../player/use-player.ts';
import { call } from '../../kit/api.ts';
import { Page, Topbar } from '../../kit/page.tsx';
import { useSession } from '../../kit/session.tsx';

export function SignIn(): ReactNode {
  const { t } = useWords();
  const { signIn } = useSession();
  const [search, next] = useNext();
  const wanted = usePlayer((state) => (state.status === 'failed' ? state.current : null));
  return (
    <Door
      title={t('signIn.title')}
      lead={wanted === null ? t('signIn.lead') : t('signIn.toHear', { title: wanted.title })}
    >
      <Form
        name={t('signIn.title')}
        submit={({ email, password }) => signIn(email, password)}
        next={next}
        wrongTitle={t('signIn.wrong')}
        fields={['email', 'password']}
        passwordIs="current-password"
      />
      <p className="soft">
        {t('signIn.noAccount')} <Link href={`/app/register${search}`}>{t('register.title')}</Link>
      </p>
    </Door>
  );
}

export function Register(): ReactNode {
  const { t } = useWords();
  const { register } = useSession();
  const [search, next] = useNext();
  return (
    <Door title={t('register.title')} lead={t('register.lead')}>
      <Form
        name={t('register.title')}
        submit={register}
        next={next}
        wrongTitle={t('register.wrong')}
        fields={['name', 'email', 'password']}
        passwordIs="new-password"
      />
      <p className="soft">
        {t('register.haveAccount')} <Link href={`/app/sign-in${search}`}>{t('signIn.title')}</Link>
      </p>
    </Door>
  );
}

/**
 * The link printed at the first start carries its token behind the `#`, so that it reaches no log on the way.
 */
export function FirstAdmin(): ReactNode {
  const { t } = useWords();
  const { signIn } = useSession();
  const [token] = useState(
    () => location.hash.slice(1) || new URLSearchParams(location.search).get('token'),
  );
  return (
    <Door title={t('firstAdmin.title')} lead={t('firstAdmin.lead')}>
      {token === null ? (
        <Note kind="warn" title={t('firstAdmin.noToken')}>
          {t('firstAdmin.noTokenBody')}
        </Note>
      ) : (
        <Form
          name={t('register.title')}
          submit={async (who) => {
            await call(firstAdmin, { body: { token, ...who } });
            await signIn(who.email, who.password);
          }}
          next="/app/admin"
          wrongTitle={t('firstAdmin.wrong')}
          fields={['name', 'email', 'password']}
          passwordIs="new-password"
        />
      )}
    </Door>
  );
}

/** Where to go after signing in: an address of ours only, or a link could send people elsewhere. */
function useNext(): readonly [search: string, next: string] {
  const search = useSearch();
  const wanted = new URLSearchParams(search).get('next') ?? '/';
  const next =
    wanted.startsWith('/') && !wanted.startsWith('//') && !wanted.includes('\\') ? wanted : '/';
  return [search === '' ? '' : `?${search}`, next];
}

function Door({
  title,
  lead,
  children,
}: {
  title: string;
  lead: string;
  children: ReactNode;
}): ReactNode {
  return (
    <Page title={title} bare className="enter">
      <div className="enter-boards" aria-hidden="true">
        {['enter-1', 'enter-12', 'enter-3', 'enter-4', 'enter-15', 'enter-6'].map((id) => (
          <Cover key={id} id={id} />
        ))}
      </div>
      <div className="enter-form">
        <Topbar />
        <h1>{title}</h1>
        <Zigzag />
        <p className="soft">{lead}</p>
        {children}
      </div>
    </Page>
  );
}

type Values = { name: string; email: string; password: string };

function Form({
  name,
  submit,
  next,
  wrongTitle,
  fields,
  passwordIs,
}: {
  name: string;
  submit: (values: Values) => Promise<void>;
  next: string;
  wrongTitle: string;
  fields: readonly (keyof Values)[];
  passwordIs: 'current-password' | 'new-password';
}): ReactNode {
  const { t } = useWords();
  const [, go] = useLocation();
  const [values, setValues] = useState<Values>({ name: '', email: '', password: '' });
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const set =
    (field: keyof Values) =>
    ({ currentTarget }: FormEvent<HTMLInputElement>) =>
      setValues({ ...values, [field]: currentTarget.value });
  const wrong = (field: string) =>
    error instanceof ApiError && error.field === field ? error.message : undefined;

  async function send(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await submit(values);
      go(next, { replace: true });
    } catch (failed) {
      setError(failed);
      setBusy(false);
    }
  }

  return (
    <form className="stack" aria-label={name} onSubmit={(event) => void send(event)}>
      {error !== null && !(error instanceof ApiError && error.field !== undefined) && (
        <Note kind="error" title={wrongTitle}>
          {error instanceof ApiError && error.status !== 0 ? error.message : t('state.offlineBody')}
        </Note>
      )}
      {fields.includes('name') && (
        <Field
          label={t('register.name')}
          autoComplete="name"
          required
          maxLength={120}
          value={values.name}
          onChange={set('name')}
          wrong={wrong('name')}
        />
      )}
      <Field
        label={t('signIn.email')}
        type="email"
        autoComplete="username"
        required
        maxLength={254}
        value={values.email}
        onChange={set('email')}
        wrong={wrong('email')}
      />
      <Field
        label={t('signIn.password')}
        type="password"
        autoComplete={passwordIs}
        required
        maxLength={passwordCharsMax}
        {...(passwordIs === 'new-password'
          ? {
              minLength: passwordCharsMin,
              hint: t('register.passwordHint', { count: passwordCharsMin }),
            }
          : {})}
        value={values.password}
        onChange={set('password')}
        wrong={wrong('password')}
      />
      <Button kind="main" type="submit" busy={busy}>
        {name}
      </Button>
    </form>
  );
}
