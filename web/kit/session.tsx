import { useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
} from 'react';
import { ApiError } from '#client/call.ts';
import { login, logout, me as readMe, register } from '#people/accounts/contract.ts';
import { client, waitFor } from './api.ts';
import { read, write } from './preferences.ts';

export type Me = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly string[];
  readonly territory: string | null;
  /** What these roles allow; a screen leaves out what would only be refused. */
  readonly permissions: readonly string[];
};

type Session = {
  readonly me: Me | null;
  readonly signIn: (email: string, password: string) => Promise<void>;
  readonly register: (who: { email: string; password: string; name: string }) => Promise<void>;
  readonly signOut: () => Promise<void>;
};

// The name and roles of whoever signed in here last: no secret, only what the shell needs to draw its rooms
// at once. The server decides anew at every request.
const rememberedKey = 'ngoma.me';

const SessionContext = createContext<Session | null>(null);

/** Whether the signed-in person may do something, by the table of permissions. */
export function useMay(permission: string): boolean {
  return useSession().me?.permissions.includes(permission) ?? false;
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('useSession outside of SessionProvider');
  return session;
}

function remembered(): Me | null {
  try {
    return JSON.parse(read(rememberedKey) ?? 'null') as Me | null;
  } catch {
    return null;
  }
}

async function whoAmI(): Promise<Me> {
  const { id, name, email, roles, territory, permissions } = await client.call(readMe);
  return { id, name, email, roles, territory, permissions };
}

/** Renews the session from the cookie, if somebody signed in here before. Called once, before the first render. */
export function beginSession(): void {
  if (remembered() === null) return;
  // Unreachable is not signed out: the remembered name stays until the server says otherwise.
  waitFor(client.refresh().catch(() => false));
}

export function SessionProvider({
  onEnter,
  onLeave,
  children,
}: {
  /** After somebody signed in, and before somebody signs out. */
  onEnter: () => void;
  onLeave: () => void;
  children: ReactNode;
}): ReactNode {
  const [me, setMe] = useState<Me | null>(remembered);
  const queries = useQueryClient();

  const keep = useCallback((next: Me | null) => {
    write(rememberedKey, next === null ? null : JSON.stringify(next));
    setMe(next);
  }, []);

  useEffect(() => {
    if (me === null) return;
    let gone = false;
    void (async () => {
      const signedIn = client.accessToken() !== null || (await client.refresh());
      const fresh = signedIn ? await whoAmI() : null;
      if (!gone) keep(fresh);
    })().catch((error: unknown) => {
      if (!gone && error instanceof ApiError && error.status === 401) keep(null);
    });
    return () => {
      gone = true;
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once: what changes the session afterwards goes through the functions below
  }, []);

  const session = useMemo<Session>(() => {
    const enter = async (email: string, password: string) => {
      const reply = await client.call(login, { body: { email, password } });
      client.setAccessToken(reply.accessToken);
      queries.clear();
      keep(await whoAmI());
      onEnter();
    };
    return {
      me,
      signIn: enter,
      register: async (who) => {
        await client.call(register, { body: who });
        await enter(who.email, who.password);
      },
      signOut: async () => {
        onLeave();
        await client.call(logout, { body: {} });
        client.setAccessToken(null);
        queries.clear();
        keep(null);
      },
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- what the frame does then does not change
  }, [me, keep, queries]);

  return <SessionContext.Provider value={session}>{children}</SessionContext.Provider>;
}
