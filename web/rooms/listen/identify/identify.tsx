import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import {
  AnswerShape,
  identifyBytesMax,
  identifyPath,
  identifySecondsMax,
} from '#counting/recognition/contract.ts';
import { endpoint, signedIn } from '#foundation/kernel/endpoint.ts';
import { player } from '../../../player/use-player.ts';
import { useAct } from '../../../kit/api.ts';
import { Heading } from '../../../kit/room.tsx';
import { useSession } from '../../../kit/session.tsx';
import { Button, PlayButton } from '../../../ui/button.tsx';
import { Cover } from '../../../ui/cover.tsx';
import { FileDrop } from '../../../ui/file-drop.tsx';
import { clock } from '../../../ui/format.ts';
import { Drum, Facts, Note, Panel } from '../../../ui/parts.tsx';
import { Empty, Problem } from '../../../ui/state.tsx';
import { useWords } from './words.ts';
import { recordingHref } from '../tracks.tsx';

const identify = endpoint(
  'POST',
  identifyPath,
  { access: signedIn, summary: 'Name what is heard' },
  { reply: AnswerShape },
);

/** A minute of these fits into so much, and they can be read when they are cut: the rest need not be sent. */
const streamed = /\.(mp3|ogg|oga|opus|aac)$/i;
const minuteBytesMax = 3_000_000;

type Listed = { readonly recordingId: string; readonly title: string; readonly artist: string };
type Match = Listed & {
  readonly offsetMs: number;
  readonly speed: number;
  readonly pitchCents: number;
  readonly confidence: number;
  readonly seconds: number;
};
type Reply = {
  readonly match: Match | null;
  readonly sameAudio: readonly Listed[];
  readonly alternatives: readonly Match[];
  readonly tookMs: number;
};

/** What is sent of a file: its first minute where it may be cut, else all of it. */
function piece(file: File): Blob {
  const sent = file.slice(0, streamed.test(file.name) ? minuteBytesMax : identifyBytesMax);
  const type = /^(audio|video)\//.test(file.type) ? file.type : 'application/octet-stream';
  return new Blob([sent], { type });
}

/** Who is it, where in it, how sure: for anybody with a file and a question. */
export function Identify(): ReactNode {
  const { t, f } = useWords();
  const { me } = useSession();
  const ask = useAct(identify);
  const [file, setFile] = useState<File | null>(null);
  const tooLarge = file !== null && !streamed.test(file.name) && file.size > identifyBytesMax;
  if (me === null)
    return (
      <>
        <Heading title={t('identify.title')}>{t('identify.lead')}</Heading>
        <Empty
          title={t('identify.signIn')}
          action={
            <Link className="btn btn-main" href="/app/sign-in?next=/app/listen/identify">
              {t('shell.signIn')}
            </Link>
          }
        />
      </>
    );
  return (
    <>
      <Heading title={t('identify.title')}>{t('identify.lead')}</Heading>
      <div className="cols">
        <div className="stack">
          <FileDrop
            label={t('identify.drop')}
            hint={t('identify.dropHint', { seconds: identifySecondsMax })}
            accept="audio/*,video/*,.mp3,.ogg,.opus,.flac,.m4a,.wav,.aiff"
            file={file === null ? null : `${file.name}, ${f.bytes(file.size)}`}
            onFile={(next) => {
              setFile(next);
              ask.reset();
            }}
          />
          {tooLarge && (
            <Note kind="error" title={t('history.tooLarge')}>
              {t('identify.tooLarge', { size: f.bytes(identifyBytesMax) })}
            </Note>
          )}
          <div className="row">
            <Button
              kind="main"
              busy={ask.busy}
              disabled={file === null || tooLarge}
              onClick={() => file !== null && void ask.run({ file: piece(file) }).catch(() => {})}
            >
              {file === null
                ? t('identify.ask')
                : t('history.sendSize', { size: f.bytes(piece(file).size) })}
            </Button>
          </div>
          {ask.busy && (
            <div className="row" role="status">
              <Drum beating />
              <span className="soft">{t('identify.listening')}</span>
            </div>
          )}
          {ask.error !== null && <Problem error={ask.error} />}
          <div role="status">{ask.done !== undefined && <Found reply={ask.done} />}</div>
        </div>
        <Panel title={t('identify.kept')}>
          <p className="soft">{t('identify.keptBody')}</p>
        </Panel>
      </div>
    </>
  );
}

function Found({ reply }: { reply: Reply }): ReactNode {
  const { t, f } = useWords();
  const { match } = reply;
  if (match === null) return <Empty title={t('identify.nobody')}>{t('identify.nobodyBody')}</Empty>;
  const others = [...reply.sameAudio, ...reply.alternatives];
  return (
    <div className="stack">
      <section className="mix artist" aria-label={match.title}>
        <div className="art">
          <Cover id={match.recordingId} />
        </div>
        <div className="say">
          <p className="cap">{t('stations.sure', { share: f.sure(match.confidence) })}</p>
          <h2 className="poster">
            <Link href={recordingHref(match.recordingId)}>{match.title}</Link>
          </h2>
          <p>{match.artist}</p>
          <div className="row">
            <PlayButton
              label={t('player.play', { title: match.title })}
              onClick={() =>
                player.play(
                  [
                    {
                      recordingId: match.recordingId,
                      title: match.title,
                      artist: match.artist,
                      durationMs: null,
                      coverId: match.recordingId,
                      coverUrl: null,
                    },
                  ],
                  0,
                  t('identify.title'),
                )
              }
            />
          </div>
        </div>
      </section>
      <Facts
        items={[
          { name: t('identify.where'), value: clock(Math.max(0, match.offsetMs)) },
          {
            name: t('identify.speaks'),
            value: t('identify.seconds', { seconds: f.number(Math.round(match.seconds)) }),
          },
          { name: t('stations.speedHead'), value: f.percent(match.speed, 1) },
          {
            name: t('identify.pitch'),
            value: t('identify.cents', { cents: f.number(Math.round(match.pitchCents)) }),
          },
          {
            name: t('identify.took'),
            value: t('identify.milliseconds', { ms: f.number(reply.tookMs) }),
          },
        ]}
      />
      {others.length > 0 && (
        <Panel title={t(reply.sameAudio.length > 0 ? 'identify.same' : 'identify.alternatives')}>
          <ul>
            {others.map((other) => (
              <li key={other.recordingId}>
                <Link href={recordingHref(other.recordingId)}>{other.title}</Link>{' '}
                <span className="soft">{other.artist}</span>
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </div>
  );
}
