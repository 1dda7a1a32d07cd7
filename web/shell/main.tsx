import '../ui/tokens.css';
import '../ui/base.css';
import '../ui/parts.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { ApiError } from '#client/call.ts';
import { ToastProvider } from '../ui/toast.tsx';
import { App } from './app.tsx';
import { LanguageProvider, loadCatalogue } from './language.tsx';
import { storedLanguage } from './preferences.ts';
import { importListen } from './rooms.ts';
import { beginSession, SessionProvider } from './session.tsx';

const retriesMax = 2;

/** A refusal is an answer; only silence and a server in trouble are worth asking again. */
function worthRetrying(failures: number, error: unknown): boolean {
  if (failures >= retriesMax || !(error instanceof ApiError)) return false;
  return error.status === 0 || error.status >= 502;
}

async function begin(): Promise<void> {
  // The three things a first screen waits for go out together.
  beginSession();
  if (location.pathname === '/' || location.pathname.startsWith('/app/listen')) void importListen();
  const code = storedLanguage();
  const catalogue = await loadCatalogue(code).catch(() => loadCatalogue('en'));
  document.documentElement.lang = code;

  const queries = new QueryClient({
    defaultOptions: { queries: { retry: worthRetrying, refetchOnWindowFocus: false }, mutations: { retry: false } },
  });
  const root = document.getElementById('root');
  if (root === null) throw new Error('index.html has no #root');
  createRoot(root).render(
    <QueryClientProvider client={queries}>
      <LanguageProvider first={{ code, catalogue }}>
        <SessionProvider>
          <ToastProvider>
            <App />
          </ToastProvider>
        </SessionProvider>
      </LanguageProvider>
    </QueryClientProvider>,
  );
}

void begin();
