import '../ui/tokens.css';
import '../ui/base.css';
import '../ui/parts.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { ApiError } from '#client/call.ts';
import { readInstallation } from '#people/operations/contract.ts';
import { player } from '../player/use-player.ts';
import { ToastProvider } from '../ui/toast.tsx';
import { client } from '../kit/api.ts';
import { App } from './app.tsx';
import { LanguageProvider } from '../kit/language.tsx';
import { read, storedLanguage, write } from '../kit/preferences.ts';
import { openWords, speak } from '../kit/words.ts';
import { roomAt } from './rooms.ts';
import { beginSession, SessionProvider } from '../kit/session.tsx';

const retriesMax = 2;
/** The strip of a demo stands above everything, so the first screen waits a moment to know whether it is there. */
const installationWaitMs = 1_500;
const demoKey = 'ngoma.demo';
const firstWords = import.meta.glob('../{frame,ui}/words/*.json');

/** A refusal is an answer; only silence and a server in trouble are worth asking again. */
function worthRetrying(failures: number, error: unknown): boolean {
  if (failures >= retriesMax || !(error instanceof ApiError)) return false;
  return error.status === 0 || error.status >= 502;
}

/** What this installation is; when the server is silent, what it was at the last visit. */
async function isDemo(): Promise<boolean> {
  const remembered = read(demoKey) === 'yes';
  const asked = client
    .call(readInstallation, { signal: AbortSignal.timeout(installationWaitMs) })
    .then(
      ({ demo }) => {
        write(demoKey, demo ? 'yes' : null);
        return demo;
      },
      () => remembered,
    );
  return remembered ? true : asked;
}

/** The reader's language, once its first texts are there; English when they cannot be had. */
async function chooseLanguage(): Promise<string> {
  void openWords(firstWords).catch(() => {}); // told by `speak`, which waits for the same files
  const code = storedLanguage();
  return speak(code).then(
    () => code,
    () => speak('en').then(() => 'en'),
  );
}

async function begin(): Promise<void> {
  // What a first screen waits for goes out together.
  beginSession();
  const chosen = chooseLanguage();
  // If it fails now, it is asked for again when it is drawn, and told.
  void roomAt(location.pathname)
    ?.fetch()
    .catch(() => {});
  const [language, demo] = await Promise.all([chosen, isDemo()]);
  document.documentElement.lang = language;

  const queries = new QueryClient({
    defaultOptions: {
      queries: { retry: worthRetrying, refetchOnWindowFocus: false },
      mutations: { retry: false },
    },
  });
  const root = document.getElementById('root');
  if (root === null) throw new Error('index.html has no #root');
  createRoot(root).render(
    <QueryClientProvider client={queries}>
      <LanguageProvider first={language}>
        <SessionProvider onEnter={() => player.retry()} onLeave={() => player.stop()}>
          <ToastProvider>
            <App demo={demo} />
          </ToastProvider>
        </SessionProvider>
      </LanguageProvider>
    </QueryClientProvider>,
  );
}

void begin();
