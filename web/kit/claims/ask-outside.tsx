import type { ReactNode } from 'react';
import { askOutsideServices, outsideCosts } from '#counting/outside/contract.ts';
import { useAct } from '../api.ts';
import type { OutsideService } from '../outside-services.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { clock } from '../../ui/format.ts';
import { Note } from '../../ui/parts.tsx';
import { Problem } from '../../ui/state.tsx';
import { useWords } from './words.ts';

const microsPerUnit = 1_000_000;
const claimsShown = 5;
const names: Readonly<Record<string, string>> = { acoustid: 'AcoustID', audd: 'AudD' };
const nameOf = (service: string): string => names[service] ?? service;

export type OutsideSubject = { readonly recordingId: string } | { readonly unknownSoundId: string };
type Claims = Awaited<ReturnType<ReturnType<typeof useAskOutside>['run']>>;

const useAskOutside = () => useAct(askOutsideServices, [outsideCosts]);

/** Asks somebody else's catalogue what a sound is: first what that costs and what is sent, then what was said. */
export function AskOutside({
  subject,
  name,
  services,
  onClose,
}: {
  subject: OutsideSubject;
  name: string;
  services: readonly OutsideService[];
  onClose: () => void;
}): ReactNode {
  const { t, f } = useWords();
  const ask = useAskOutside();
  const price = ({ priceMicros, currency }: OutsideService): string =>
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
