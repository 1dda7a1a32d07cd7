import type { ReactNode } from 'react';
import { askOutsideServices, outsideCosts, outsideServices } from '#counting/outside/contract.ts';
import { useAct, useApi } from '../shell/api.ts';
import { useMay } from '../shell/session.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { clock } from '../ui/format.ts';
import { Note } from '../ui/parts.tsx';
import { Problem } from '../ui/state.tsx';
import { useWords } from '../ui/words.tsx';

const microsPerUnit = 1_000_000;
const claimsShown = 5;
const names: Readonly<Record<string, string>> = { acoustid: 'AcoustID', audd: 'AudD' };
const nameOf = (service: string): string => names[service] ?? service;

type Service = {
  readonly service: string;
  readonly hearsSound: boolean;
  readonly priceMicros: string;
  readonly currency: string;
};
export type OutsideSubject = { readonly recordingId: string } | { readonly unknownSoundId: string };
type Claims = Awaited<ReturnType<ReturnType<typeof useAskOutside>['run']>>;

const useAskOutside = () => useAct(askOutsideServices, [outsideCosts]);

/** The outside services that are switched on, for whoever may ask them; else none. */
export function useOutsideServices(): readonly Service[] {
  const enabled = useMay('catalog.edit');
  return useApi(outsideServices, {}, { enabled }).data?.items ?? [];
}

/** Asks somebody else's catalogue what a sound is: first what that costs and what is sent, then what was said. */
export function AskOutside({
  subject,
  name,
  services,
  onClose,
}: {
  subject: OutsideSubject;
  name: string;
  services: readonly Service[];
  onClose: () => void;
}): ReactNode {
  const { t, f } = useWords();
  const ask = useAskOutside();
  const price = ({ priceMicros, currency }: Service): string =>
    priceMicros === '0'
      ? t('outside.free')
      : t('outside.price', {
          price: `${currency} ${f.number(Number(priceMicros) / microsPerUnit)}`,
        });
  return (
    <Dialog title={t('outside.askTitle', { name })} onClose={onClose}>
      <div className="stack">
        <p>{t('outside.askMeans')}</p>
        <ul>
          {services.map((one) => (
            <li key={one.service}>
              <b>{nameOf(one.service)}</b>{' '}
              {[price(one), t(one.hearsSound ? 'outside.sendsSound' : 'outside.sendsPrint')].join(
                ' · ',
              )}
            </li>
          ))}
        </ul>
        {ask.error !== null && <Problem error={ask.error} />}
        <div role="status">{ask.done !== undefined && <Said claims={ask.done} />}</div>
        <div className="row">
          <Button
            kind="main"
            busy={ask.busy}
            onClick={() => void ask.run({ body: subject as never }).catch(() => {})}
          >
            {t('outside.ask')}
          </Button>
          <Button onClick={onClose}>{t('ui.close')}</Button>
        </div>
      </div>
    </Dialog>
  );
}

function Said({ claims: { answers, refusals } }: { claims: Claims }): ReactNode {
  const { t, f } = useWords();
  return (
    <div className="stack">
      {answers.map(({ service, cached, claims }) => (
        <section key={service} aria-label={nameOf(service)}>
          <p className="cap">
            {[nameOf(service), t(cached ? 'outside.askedBefore' : 'outside.answered')].join(' · ')}
          </p>
          {claims.length === 0 ? (
            <p>{t('outside.knowsNothing')}</p>
          ) : (
            <ul>
              {claims.slice(0, claimsShown).map((claim) => (
                <li key={`${claim.title} ${claim.isrc ?? claim.musicbrainzId ?? ''}`}>
                  <b>{claim.title}</b> {f.list(claim.artists)}
                  <br />
                  <span className="cap num">
                    {[
                      ...(claim.isrc === null ? [] : [claim.isrc]),
                      ...(claim.durationMs === null ? [] : [clock(claim.durationMs)]),
                      ...(claim.score === null
                        ? []
                        : [t('stations.sure', { share: f.sure(claim.score) })]),
                    ].join(' · ')}
                  </span>
                </li>
              ))}
            </ul>
          )}
        </section>
      ))}
      {refusals.map(({ code, detail }) => (
        <Note key={code} kind="error" title={t('outside.refused')}>
          {detail ?? code}
        </Note>
      ))}
    </div>
  );
}
