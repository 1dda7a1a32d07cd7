import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from 'react';
import { IconButton } from './button.tsx';
import { useWords } from './words.tsx';

const shownMs = 8_000;

export type ToastAction = { readonly name: string; readonly run: () => void };
type Shown = {
  readonly id: number;
  readonly text: string;
  readonly action: ToastAction | undefined;
};
type Say = (text: string, action?: ToastAction) => void;

const ToastContext = createContext<Say>(() => {});

/** Says in one line what just happened; an action undoes it. One at a time: the newer replaces the older. */
export function useToast(): Say {
  return useContext(ToastContext);
}

export function ToastProvider({ children }: { children: ReactNode }): ReactNode {
  const { t } = useWords();
  const [shown, setShown] = useState<Shown | null>(null);
  const say = useCallback<Say>(
    (text, action) => setShown((last) => ({ id: (last?.id ?? 0) + 1, text, action })),
    [],
  );
  useEffect(() => {
    // A toast with an action stays until it is answered: eight seconds are too short for some (WCAG 2.2.1).
    if (shown === null || shown.action !== undefined) return;
    const timer = setTimeout(() => setShown(null), shownMs);
    return () => clearTimeout(timer);
  }, [shown]);
  return (
    <ToastContext.Provider value={say}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {shown !== null && (
          <div className="toast" key={shown.id}>
            {shown.text}
            {shown.action !== undefined && (
              <button
                type="button"
                onClick={() => {
                  shown.action?.run();
                  setShown(null);
                }}
              >
                {shown.action.name}
              </button>
            )}
            <IconButton icon="x" label={t('ui.close')} onClick={() => setShown(null)} />
          </div>
        )}
      </div>
    </ToastContext.Provider>
  );
}
