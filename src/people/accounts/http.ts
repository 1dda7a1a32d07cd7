import type { FastifyReply, FastifyRequest } from 'fastify';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import { secondMs } from '#foundation/kernel/time.ts';
import { addressOf, serving, userOf, type Kit } from '#foundation/platform/http.ts';
import { listApiKeys, makeApiKey, revokeApiKey } from './api-keys.ts';
import {
  listAppPasswords,
  makeAppPassword,
  revokeAppPassword,
} from './app-passwords/app-passwords.ts';
import { listAudit } from './audit.ts';
import { changePassword } from './change-password.ts';
import type { AccountsContext, From } from './context.ts';
import * as appPasswordContract from './app-passwords/contract.ts';
import * as contract from './contract.ts';
import { endSession, listSessions, signOut } from './end-session.ts';
import type { Limited } from './limit-sign-in.ts';
import { disableUser, enableUser, getUser, listUsers, setRoles } from './manage-users.ts';
import { makeFirstAdmin } from './prepare-first-admin.ts';
import { problems } from './problems.ts';
import { editProfile, readProfile } from './profile.ts';
import { refreshSession } from './refresh-session.ts';
import { register } from './register.ts';
import { signIn, type Issued } from './sign-in.ts';
import { refreshIdleMs, type SessionId } from './tokens.ts';

const limitDefault = 50;

export function serveAccounts(kit: Kit, ctx: AccountsContext): void {
  serveSigningIn(kit, ctx);
  serveOneself(kit, ctx);
  serveAdministration(kit, ctx);
}

function serveSigningIn(kit: Kit, ctx: AccountsContext): void {
  const serve = serving(kit, problems);

  serve(contract.register, async ({ body, request, reply }) =>
    unlessLimited(reply, await register(ctx, body, from(request))),
  );

  serve(contract.login, async ({ body, request, reply }) => {
    const outcome = unlessLimited(reply, await signIn(ctx, body, from(request)));
    return outcome.kind === 'issued' ? handOut(request, reply, outcome) : outcome;
  });

  serve(contract.refresh, async ({ body, request, reply }) => {
    const token = presented(request, body);
    if (token === undefined)
      return refuse('UNAUTHENTICATED', 'Send the refresh token; there was none.');
    const outcome = await refreshSession(ctx, token, from(request));
    if (outcome.kind === 'issued') return handOut(request, reply, outcome);
    dropCookie(request, reply);
    return outcome;
  });

  serve(contract.logout, async ({ body, caller, request, reply }) => {
    const token = presented(request, body);
    if (token !== undefined) await signOut(ctx, token, from(request));
    if (caller.kind === 'user' && caller.sessionId !== null) {
      await endSession(
        ctx,
        caller.sessionId as SessionId,
        caller.userId,
        'signed out',
        from(request),
      );
    }
    dropCookie(request, reply);
    return {};
  });

  serve(contract.firstAdmin, async ({ body, request, reply }) =>
    unlessLimited(reply, await makeFirstAdmin(ctx, body, from(request))),
  );
}

function serveOneself(kit: Kit, ctx: AccountsContext): void {
  const serve = serving(kit, problems);

  serve(contract.me, async ({ caller }) => readProfile(ctx.db, ctx, userOf(caller).userId));

  serve(contract.editMe, async ({ caller, body }) => editProfile(ctx, userOf(caller).userId, body));

  serve(contract.changePassword, async ({ caller, body, request, reply }) => {
    const user = userOf(caller);
    if (user.sessionId === null) return sessionRequired();
    return unlessLimited(reply, await changePassword(ctx, user, body, from(request))) ?? {};
  });

  serve(contract.mySessions, async ({ caller, query }) =>
    listSessions(ctx, userOf(caller), { ...query, limit: query.limit ?? limitDefault }),
  );

  serve(contract.endMySession, async ({ caller, params, request }) => {
    const user = userOf(caller);
    if (user.sessionId === null) return sessionRequired();
    const ended = await endSession(
      ctx,
      params.id,
      user.userId,
      'ended from elsewhere',
      from(request),
    );
    return ended ? {} : refuse('NOT_FOUND', 'You have no such running session.');
  });

  serve(contract.myApiKeys, async ({ caller, query }) =>
    listApiKeys(ctx, userOf(caller).userId, { ...query, limit: query.limit ?? limitDefault }),
  );

  serve(contract.makeApiKey, async ({ caller, body, request }) => {
    const user = userOf(caller);
    if (user.sessionId === null) return sessionRequired();
    return makeApiKey(ctx, user.userId, body, from(request));
  });

  serve(contract.revokeApiKey, async ({ caller, params, request }) => {
    const user = userOf(caller);
    if (user.sessionId === null) return sessionRequired();
    const revoked = await revokeApiKey(ctx, user.userId, params.id, from(request));
    return revoked ? {} : refuse('NOT_FOUND', 'You have no such API key.');
  });

  serve(appPasswordContract.listAppPasswords, async ({ caller }) =>
    listAppPasswords(ctx.appPasswords, userOf(caller).userId),
  );

  serve(appPasswordContract.makeAppPassword, async ({ caller, body, request }) => {
    const user = userOf(caller);
    if (user.sessionId === null) return sessionRequired();
    return makeAppPassword(ctx.appPasswords, user.userId, body.name, from(request));
  });

  serve(appPasswordContract.revokeAppPassword, async ({ caller, params, request }) => {
    const user = userOf(caller);
    if (user.sessionId === null) return sessionRequired();
    const { appPasswords } = ctx;
    const revoked = await revokeAppPassword(appPasswords, user.userId, params.id, from(request));
    return revoked ? {} : refuse('NOT_FOUND', 'You have no such password.');
  });
}

function serveAdministration(kit: Kit, ctx: AccountsContext): void {
  const serve = serving(kit, problems);

  serve(contract.listUsers, async ({ query }) =>
    listUsers(ctx, { ...query, limit: query.limit ?? limitDefault }),
  );

  serve(contract.getUser, async ({ params }) => getUser(ctx, params.id));

  serve(contract.setRoles, async ({ caller, params, body, request }) =>
    setRoles(ctx, userOf(caller), params.id, body.roles, from(request)),
  );

  serve(contract.disableUser, async ({ caller, params, body, request }) =>
    disableUser(ctx, userOf(caller), params.id, body.because, from(request)),
  );

  serve(contract.enableUser, async ({ caller, params, request }) =>
    enableUser(ctx, userOf(caller), params.id, from(request)),
  );

  serve(contract.listAudit, async ({ query }) =>
    listAudit(ctx, { ...query, limit: query.limit ?? limitDefault }),
  );
}

const userAgentCharsMax = 300;

function from(request: FastifyRequest): From {
  return {
    address: addressOf(request),
    userAgent: request.headers['user-agent']?.slice(0, userAgentCharsMax) ?? null,
  };
}

function sessionRequired(): Refusal<'SESSION_REQUIRED'> {
  return refuse(
    'SESSION_REQUIRED',
    'Sign in with your password to change how your account is reached.',
  );
}

function unlessLimited<T>(
  reply: FastifyReply,
  outcome: T | Limited,
): T | Refusal<'RATE_LIMIT_EXCEEDED'> {
  if (!isLimited(outcome)) return outcome;
  const seconds = Math.max(1, Math.ceil(outcome.retryAfterMs / secondMs));
  reply.header('retry-after', seconds);
  return refuse(
    'RATE_LIMIT_EXCEEDED',
    `Too many attempts. Please try again in ${seconds} seconds.`,
  );
}

function isLimited(outcome: unknown): outcome is Limited {
  return (
    typeof outcome === 'object' &&
    outcome !== null &&
    (outcome as { kind?: unknown }).kind === 'limited'
  );
}

// ── the refresh token's way ─────────────────────────────────────────────
// The cookie is read only together with the header of the web app, which a page of another origin cannot send
// without a CORS permission we give to listed origins alone; SameSite=Strict keeps it from other sites anyway.
// Every other request is authorised by a header that no browser adds by itself, so there is nothing to forge.

function isWeb(request: FastifyRequest): boolean {
  return request.headers[contract.clientHeader] === contract.webClient;
}

/** The prefix makes browsers refuse a cookie of that name from plain HTTP, so nobody on the way can plant one. */
function cookieName(request: FastifyRequest): string {
  return request.protocol === 'https' ? '__Secure-ngoma_refresh' : 'ngoma_refresh';
}

function cookieOptions(request: FastifyRequest) {
  return {
    path: '/api/v1/auth',
    httpOnly: true,
    sameSite: 'strict',
    secure: request.protocol === 'https',
  } as const;
}

function presented(
  request: FastifyRequest,
  body: { readonly refreshToken?: string } | null | undefined,
): string | undefined {
  return body?.refreshToken || (isWeb(request) ? request.cookies[cookieName(request)] : undefined);
}

function handOut(request: FastifyRequest, reply: FastifyReply, issued: Issued): contract.Tokens {
  reply.header('cache-control', 'no-store');
  const { accessToken, refreshToken, expiresInS: expiresIn } = issued;
  if (!isWeb(request)) return { accessToken, refreshToken, expiresIn };
  reply.setCookie(cookieName(request), refreshToken, {
    ...cookieOptions(request),
    maxAge: refreshIdleMs / secondMs,
  });
  return { accessToken, expiresIn };
}

function dropCookie(request: FastifyRequest, reply: FastifyReply): void {
  if (isWeb(request)) reply.clearCookie(cookieName(request), cookieOptions(request));
}
