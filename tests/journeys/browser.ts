import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

// A browser for journeys: the system's own Chromium when there is one, else the one that installs from npm.

const systemBrowsers = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Background networking is off: a browser that looks for updates is not what is being tested. */
const quiet = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
  '--autoplay-policy=no-user-gesture-required',
  '--mute-audio',
];

export async function openBrowser(extra: readonly string[] = []): Promise<Browser> {
  const system = systemBrowsers.find((file) => existsSync(file));
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  if (system !== undefined)
    return chromium.launch({
      executablePath: system,
      args: [...quiet, ...sandbox, '--disable-gpu', ...extra],
    });
  const { default: bundled } = await import('@sparticuz/chromium');
  return chromium.launch({
    executablePath: await bundled.executablePath(),
    args: [...bundled.args, ...quiet, ...extra],
  });
}
