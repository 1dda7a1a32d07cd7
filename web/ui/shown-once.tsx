import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Note } from './parts.tsx';
import { useWords } from './words.tsx';

/** A key, token or password just made, with what to do with it: nobody can show it again, so a stray tap does not close it. */
export function ShownOnce({
  title,
  warning,
  meaning,
  onClose,
  children,
}: {
  title: string;
  warning: string;
  /** What becomes of it when it is lost. */
  meaning: string;
  onClose: () => void;
  children: ReactNode;
}): ReactNode {
  const { t } = useWords();
  return (
    <Dialog title={title} onClose={onClose} insists wide>
      <Note kind="warn" title={warning}>
        {meaning}
      </Note>
      {children}
      <div className="row">
        <Button kind="main" onClick={onClose}>
          {t('ui.stored')}
        </Button>
      </div>
    </Dialog>
  );
}
