import { useSourceName } from '../../ui/sources.ts';
import { useWords } from './words.ts';

type Scope = { readonly source?: string; readonly territory?: string; readonly placeId?: string };

/** How a policy, a scope and a payee are called on the screens of money. */
export function useMoneyWords() {
  const { t, f } = useWords();
  const sourceName = useSourceName();
  return {
    policy: (policy: 'pro-rata' | 'user-centric') =>
      t(policy === 'pro-rata' ? 'policy.proRata' : 'policy.userCentric'),
    payee: (name: string, partyId: string | null) =>
      partyId === null ? t('money.suspense') : name,
    scope: (scope: Scope) => {
      const parts = [
        ...(scope.source === undefined ? [] : [sourceName(scope.source)]),
        ...(scope.territory === undefined ? [] : [f.territory(scope.territory)]),
        ...(scope.placeId === undefined ? [] : [t('money.onePlace')]),
      ];
      return parts.length === 0 ? t('money.everywhere') : parts.join(', ');
    },
  };
}
