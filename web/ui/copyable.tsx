import type { ReactNode } from 'react';
import { IconButton } from './button.tsx';
import { useToast } from './toast.tsx';
import { useWords } from './words.tsx';

/** Puts text on the clipboard and says whether it did. */
export function useCopy(): (text: string) => void {
  const { t } = useWords();
  const toast = useToast();
  return (text) => {
    // Without a secure origin there is no clipboard; the text can still be selected by hand.
    const written = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('none'));
    void written.then(
      () => toast(t('ui.copied')),
      () => toast(t('ui.copyFailed')),
    );
  };
}

export type CopyFact = {
  readonly name: string;
  readonly value: string;
  /** The value only says what belongs there. */
  readonly isHint?: boolean;
};

/** What has to be typed into another program, each value with a button that copies it. */
export function CopyFacts({ items }: { items: readonly CopyFact[] }): ReactNode {
  const { t } = useWords();
  const copy = useCopy();
  return (
    <dl className="copyfacts">
      {items.map(({ name, value, isHint = false }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {isHint ? (
              <span className="soft">{value}</span>
            ) : (
              <>
                <span className="mono">{value}</span>
                <IconButton
                  icon="copy"
                  label={t('ui.copyOne', { name })}
                  onClick={() => copy(value)}
                />
              </>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** A command or a piece of a configuration file, to be copied as a whole. */
export function CopyText({ label, text }: { label: string; text: string }): ReactNode {
  const { t } = useWords();
  const copy = useCopy();
  return (
    <figure className="copytext">
      <figcaption>
        <span>{label}</span>
        <IconButton
          icon="copy"
          label={t('ui.copyOne', { name: label })}
          onClick={() => copy(text)}
        />
      </figcaption>
      <pre>{text}</pre>
    </figure>
  );
}
