import type { ReactNode } from 'react';
import { Icon } from '../../ui/icon.tsx';
import { Panel } from '../../ui/parts.tsx';
import { useWords } from './words.ts';

/** `holds` null: not computed here, only told how to check. */
export type Check = {
  readonly holds: boolean | null;
  readonly claim: string;
  readonly how: ReactNode;
};

/** What a reader need not believe: each line is computed here from the figures on this page, or names the digest to compare. */
export function CheckIt({
  checks,
  children,
}: {
  checks: readonly Check[];
  children?: ReactNode;
}): ReactNode {
  const { t } = useWords();
  return (
    <Panel title={t('check.title')}>
      <ul className="checks">
        {checks.map((check) => (
          <li
            key={check.claim}
            className={check.holds === null ? 'told' : check.holds ? undefined : 'broken'}
          >
            {check.holds === null ? (
              <Icon name="info" />
            ) : (
              <Icon
                name={check.holds ? 'check' : 'warn'}
                label={t(check.holds ? 'check.holds' : 'check.broken')}
              />
            )}
            <span>
              <b>{check.claim}</b> {check.how}
            </span>
          </li>
        ))}
      </ul>
      {children}
    </Panel>
  );
}

/** A digest in groups of four, whole, so that it can be compared by eye or copied. */
export function Digest({ name, value }: { name: string; value: string | null }): ReactNode {
  if (value === null) return null;
  return (
    <p className="digest">
      <span className="cap">{name}</span>
      <code className="mono">{value.replace(/(.{8})(?=.)/g, '$1 ')}</code>
    </p>
  );
}
