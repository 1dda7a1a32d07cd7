import type { ReactNode } from 'react';
import { listDevices, releaseDevice, revokeDevice } from '#counting/plays/contract.ts';
import { useAct } from '../../kit/api.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Problem } from '../../ui/state.tsx';
import { useToast } from '../../ui/toast.tsx';
import { useWords } from './words.ts';

/**
 * Asks before a key is taken back, or before it is let go for a box that was installed anew: that box has none of the memory of
 * the one before, and only its owner knows that it is no second one.
 */
export function AskAboutDevice({
  about,
  device,
  onClose,
}: {
  readonly about: 'revoke' | 'release';
  readonly device: { readonly id: string; readonly name: string };
  readonly onClose: () => void;
}): ReactNode {
  const { t } = useWords();
  const toast = useToast();
  const { name } = device;
  const act = useAct(about === 'revoke' ? revokeDevice : releaseDevice, [listDevices]);
  const [title, means, does, said] =
    about === 'revoke'
      ? ([
          t('track.revokeAsk', { name }),
          t('track.revokeMeans'),
          t('track.revoke'),
          t('track.revokedToast', { name }),
        ] as const)
      : ([
          t('track.releaseAsk', { name }),
          t('track.releaseMeans'),
          t('track.release'),
          t('track.releasedToast', { name }),
        ] as const);
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{means}</p>
      {act.error !== null && <Problem error={act.error} />}
      <div className="row">
        <Button
          kind="main"
          busy={act.busy}
          onClick={() =>
            void act.run({ params: { id: device.id as never } }).then(
              () => {
                toast(said);
                onClose();
              },
              () => {}, // said above the button
            )
          }
        >
          {does}
        </Button>
        <Button onClick={onClose}>{t('ui.cancel')}</Button>
      </div>
    </Dialog>
  );
}
