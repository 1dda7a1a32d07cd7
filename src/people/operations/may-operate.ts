import type { FastifyRequest } from 'fastify';
import { addressOf } from '#foundation/platform/http.ts';
import { identifyUser, type AccountsContext, type Matrix } from '#people/accounts/index.ts';

/** Metrics and the API's description are open on this machine; from elsewhere they want an operator. */
export async function mayOperate(
  {
    accounts,
    permits,
  }: { readonly accounts: AccountsContext; readonly permits: Matrix['permits'] },
  request: FastifyRequest,
): Promise<boolean> {
  if (isOfThisMachine(request)) return true;
  const caller = await identifyUser(accounts, request.headers.authorization);
  return caller?.kind === 'user' && permits(caller, 'settings.read');
}

/** What proxies add. One on this machine that nobody told us of speaks for strangers. */
const forwarding =
  /^(forwarded|via|x-forwarded-.*|x-real-ip|x-client-ip|x-cluster-client-ip|true-client-ip|cf-connecting-ip|fastly-client-ip)$/;
const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);
/** Any other name may be a stranger's that was pointed here, with a page of theirs asking for it (DNS rebinding). */
const ownNames = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;

function isOfThisMachine(request: FastifyRequest): boolean {
  const { headers, httpVersion } = request.raw;
  return (
    loopback.has(addressOf(request)) &&
    httpVersion !== '1.0' && // nginx as it comes asks so, and says nothing of whom it asks for
    ownNames.test(headers.host ?? '') &&
    !Object.keys(headers).some((name) => forwarding.test(name))
  );
}
