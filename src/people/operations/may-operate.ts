import type { FastifyRequest } from 'fastify';
import { identifyUser, type AccountsContext, type Matrix } from '#people/accounts/index.ts';

/** Metrics and the API's description are open on this machine; from elsewhere they want an operator. */
export async function mayOperate(
  {
    accounts,
    permits,
  }: { readonly accounts: AccountsContext; readonly permits: Matrix['permits'] },
  request: FastifyRequest,
): Promise<boolean> {
  const isHere = ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(request.ip);
  // A proxy on this machine that nobody told us of speaks for strangers.
  if (isHere && request.headers['x-forwarded-for'] === undefined) return true;
  const caller = await identifyUser(accounts, request.headers.authorization);
  return caller?.kind === 'user' && permits(caller, 'settings.read');
}
