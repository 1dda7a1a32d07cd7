import type { DeviceDirectory } from '#counting/plays/index.ts';
import type { Gatekeeper } from '#foundation/platform/http.ts';
import { identifyUser, type AccountsContext } from '#people/accounts/index.ts';

/** One door for people and devices: the scheme of the Authorization header tells which. */
export function keepGate(
  accounts: AccountsContext,
  devices: DeviceDirectory,
  permits: Gatekeeper['permits'],
): Gatekeeper {
  return {
    async identify(request) {
      const { authorization } = request.headers;
      const credentials = /^Device +(\S+) *$/i.exec(authorization ?? '')?.[1];
      if (credentials !== undefined) {
        const device = await devices.identify(credentials);
        return 'code' in device ? device : { kind: 'device', deviceId: device.id };
      }
      return (await identifyUser(accounts, authorization)) ?? { kind: 'anonymous' };
    },
    permits,
  };
}
