import '../ui/tokens.css';
import '../ui/base.css';
import '../ui/parts.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { ApiError } from '#client/call.ts';
import { readInstallation } from '#people/operations/contract.ts';
import { ToastProvider } from '../ui/toast.tsx';
import { client } from './api.ts';
import { App } from './app.tsx';
import { LanguageProvider, loadCatalogue } from './language.tsx';
import { read, storedLanguage, write } from './preferences.ts';
import { importListen } from './rooms.ts';
import { beginSession, SessionProvider } from './session.tsx';

const retriesMax = 2;
/** The strip of a demo stands above everything, so the first screen waits a moment to know whether it is there. */
const installationWaitMs = 1_500;
const demoKey = 'ngoma.demo';

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

async function begin(): Promise<void> {
  // The three things a first screen waits for go out together.
  beginSession();
  if (location.pathname === '/' || location.pathname.startsWith('/app/listen')) void importListen();
  const code = storedLanguage();
  const [catalogue, demo] = await Promise.all([
    loadCatalogue(code).catch(() => loadCatalogue('en')),
    isDemo(),
  ]);
  document.documentElement.lang = code;

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
      <LanguageProvider first={{ code, catalogue }}>
        <SessionProvider>
          <ToastProvider>
            <App demo={demo} />
          </ToastProvider>
        </SessionProvider>
      </LanguageProvider>
    </QueryClientProvider>,
  );
}

void begin();
