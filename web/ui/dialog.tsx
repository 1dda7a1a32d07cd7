import { type ReactNode, useEffect, useId, useRef } from 'react';
import { IconButton } from './button.tsx';
import { useWords } from './words.tsx';

/** The native modal dialog: it keeps focus inside, closes on Escape and gives focus back. `drawer`: from the right, from below on a phone. */
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
    if (dialog !== null && !dialog.open) dialog.showModal();
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
