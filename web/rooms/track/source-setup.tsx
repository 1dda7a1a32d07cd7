import type { ReactNode } from 'react';
import { CopyFacts, CopyText } from '../../ui/copyable.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useWords } from './words.ts';

const user = 'source';

/** What a program that sends a broadcast has to be told, and how four of them want it said. */
export function SourceSetup({
  mount,
  password,
}: {
  mount: string;
  /** Known only when the station was just added. */
  password: string | null;
}): ReactNode {
  const { t } = useWords();
  const { hostname } = location;
  const tls = location.protocol === 'https:';
  const port = location.port || (tls ? '443' : '80');
  const path = `/live/${mount}`;
  const secret = password ?? 'PASSWORD';
  return (
    <div className="stack">
      <CopyFacts
        items={[
          { name: t('stations.serverType'), value: 'Icecast 2' },
          { name: t('stations.host'), value: hostname },
          { name: t('stations.port'), value: port },
          ...(tls ? [{ name: t('stations.encryption'), value: 'TLS' }] : []),
          { name: t('stations.mount'), value: path },
          { name: t('stations.user'), value: user },
          {
            name: t('stations.password'),
            value: password ?? t('stations.itsPassword'),
            isHint: password === null,
          },
          { name: t('stations.format'), value: t('stations.formats'), isHint: true },
        ]}
      />
      <div>
        <Example title="Mixxx">
          <p className="soft">{t('stations.mixxx', { host: hostname, port, mount: path, user })}</p>
        </Example>
        <Example title="BUTT">
          <p className="soft">{t('stations.butt', { host: hostname, port, mount: path, user })}</p>
        </Example>
        <Example title="liquidsoap">
          <CopyText
            label="radio.liq"
            text={[
              'output.icecast(%mp3(bitrate=128),',
              `  host="${hostname}", port=${port},${tls ? ' transport=http.transport.tls(),' : ''}`,
              `  user="${user}", password="${secret}",`,
              `  mount="${path}", radio)`,
            ].join('\n')}
          />
        </Example>
        <Example title="ffmpeg">
          <CopyText
            label={t('stations.command')}
            text={`ffmpeg -re -i studio.wav -c:a libmp3lame -b:a 128k -content_type audio/mpeg${tls ? ' -tls 1' : ''} -f mp3 icecast://${user}:${secret}@${hostname}:${port}${path}`}
          />
        </Example>
      </div>
    </div>
  );
}

function Example({ title, children }: { title: string; children: ReactNode }): ReactNode {
  return (
    <details className="how">
      <summary>
        <Icon name="chevron" />
        {title}
      </summary>
      <div className="stack">{children}</div>
    </details>
  );
}
