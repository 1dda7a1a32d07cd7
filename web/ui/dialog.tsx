import { type ReactNode, useEffect, useId, useRef } from 'react';
import { IconButton } from './button.tsx';
import { useWords } from './words.tsx';

/** The native modal dialog: it keeps focus inside and closes on Escape. Focus goes back to what opened it. `drawer`: from the right, from below on a phone. */
export function Dialog({
  title,
  onClose,
  drawer = false,
  insists = false,
  wide = false,
  children,
}: {
  title: string;
  onClose: () => void;
  drawer?: boolean;
  /** A tap beside it does not close it: what it shows cannot be had again. */
  insists?: boolean;
  /** For what has to be read side by side. */
  wide?: boolean;
  children: ReactNode;
}): ReactNode {
  const { t } = useWords();
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current;
    const opener = document.activeElement;
    if (dialog !== null && !dialog.open) dialog.showModal();
    // A finger would get a keyboard over half of what it has not read yet.
    if (matchMedia('(pointer: fine)').matches)
      dialog?.querySelector<HTMLElement>('form :is(input, select, textarea)')?.focus();
    return () => focusAgain(opener);
  }, []);
  return (
    <dialog
      ref={ref}
      className={drawer ? 'dialog drawer' : wide ? 'dialog wide' : 'dialog'}
      aria-labelledby={id}
      onClose={onClose}
      onClick={(event) => {
        if (!insists && event.target === ref.current) ref.current?.close();
      }}
    >
      <header className="dialog-head">
        <h2 id={id}>{title}</h2>
        <IconButton
          icon="x"
          label={t('ui.close')}
          className="push"
          onClick={() => ref.current?.close()}
        />
      </header>
      {children}
    </dialog>
  );
}

/** The browser gives focus back only where a dialog was closed, not where it is taken off the page, and not to what went with it. */
function focusAgain(opener: Element | null): void {
  // What replaces this dialog in the same moment has taken the focus already.
  queueMicrotask(() => {
    if (document.querySelector('dialog[open]') !== null) return;
    if (opener instanceof HTMLElement && opener.isConnected && opener !== document.body)
      opener.focus();
    else document.getElementById('main')?.focus();
  });
}
