import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
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
  const [openers] = useState(openersNow);
  useEffect(() => {
    const dialog = ref.current;
    if (dialog === null) return;
    openersOf.set(dialog, openers);
    if (!dialog.open) dialog.showModal();
    // A finger would get a keyboard over half of what it has not read yet.
    if (matchMedia('(pointer: fine)').matches)
      dialog.querySelector<HTMLElement>('form :is(input, select, textarea)')?.focus();
    return () => focusAgain(openers);
  }, [openers]);
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

type Openers = readonly HTMLElement[];
/** What each dialog gives the focus back to, so that one that follows another gives it back to what opened the first. */
const openersOf = new WeakMap<HTMLDialogElement, Openers>();

function openersNow(): Openers {
  const active = document.activeElement;
  if (!(active instanceof HTMLElement) || active === document.body) return [];
  const within = active.closest('dialog');
  return [active, ...((within !== null && openersOf.get(within)) || [])];
}

/** The browser gives focus back only where a dialog was closed, not where it was taken off the page. */
function focusAgain(openers: Openers): void {
  queueMicrotask(() => {
    // What opened it may have gone meanwhile, as a button that revokes.
    const target =
      openers.find((element) => element.isConnected) ?? document.getElementById('main');
    const open = [...document.querySelectorAll('dialog[open]')].at(-1);
    if (open === undefined || open.contains(target)) target?.focus();
  });
}
