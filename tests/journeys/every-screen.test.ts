import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { startServer, temporaryHome } from '../lifecycle/server-process.ts';
import { openBrowser } from './browser.ts';
import { adminEmail, makeSmallCountry, password, people } from './small-country.ts';
import { tabThrough, useDialog } from './use-keyboard.ts';

// Every screen as those see it for whom it is: on a phone and on a desk, light and dark. None breaks, none says
// anything to the console, none is wider than the phone, and axe finds nothing serious.

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);
const phone = { width: 360, height: 740 };
const desk = { width: 1440, height: 900 };
const settleMsMax = 10_000;
/** Everything once on each width; what depends on colours alone, in the other scheme as well. */
const looks = [
  { name: '360 light', size: phone, scheme: 'light', rules: 'all' },
  { name: '360 dark', size: phone, scheme: 'dark', rules: 'colours' },
  { name: '1440 dark', size: desk, scheme: 'dark', rules: 'all' },
  { name: '1440 light', size: desk, scheme: 'light', rules: 'colours' },
] as const;
type Look = (typeof looks)[number];

test('every screen, on a phone and on a desk, light and dark', async (t) => {
  const browser = await openBrowser().catch((error: Error) => error);
  if (browser instanceof Error) return t.skip(`no browser starts here: ${browser.message}`);
  t.after(() => browser.close());
  const home = temporaryHome(t);
  const server = await startServer({
    home,
    env: { NGOMA_ADMIN_EMAIL: adminEmail, NGOMA_ADMIN_PASSWORD: password },
  });
  await server.ready();
  const music = path.join(path.dirname(home), 'music');
  await mkdir(music, { recursive: true });
  const made = await makeSmallCountry(server.address, music);
  assert.ok(made.plays > 100, 'there is something to see');

  const visits: readonly (readonly [email: string | null, screens: readonly string[]])[] = [
    [
      null,
      [
        '/',
        '/app/listen/search?q=umuhanda',
        '/app/listen/search?q=nothing-is-called-this',
        '/app/listen/releases',
        `/app/listen/releases/${made.releaseId}`,
        `/app/listen/artists/${made.artistId}`,
        `/app/listen/recordings/${made.recordingId}`,
        '/app/sign-in',
        '/app/register',
        '/app/first-admin',
        '/app/money',
        '/app/nowhere',
      ],
    ],
    [
      people.listener.email,
      [
        '/',
        '/app/listen/identify',
        '/app/settings',
        '/app/settings/scrobblers',
        '/app/more',
        '/app/track',
      ],
    ],
    [
      people.venue.email,
      [
        '/app/track/listen',
        '/app/track/recent',
        '/app/track/stations',
        `/app/track/stations/${made.stationId}`,
        '/app/track/unknown',
        '/app/track/claims',
        '/app/track/log',
        '/app/track/history',
        '/app/track/devices',
      ],
    ],
    [
      people.artist.email,
      [
        '/app/studio/plays',
        '/app/studio/recordings',
        '/app/studio/findings',
        '/app/studio/unknown',
        '/app/studio/claims',
        `/app/studio/recordings/${made.recordingId}`,
        '/app/studio/earnings',
        '/app/money/statements',
        `/app/money/statements/${made.statementId}`,
      ],
    ],
    [
      people.society.email,
      [
        '/app/money/runs',
        '/app/money/runs/new',
        `/app/money/runs/${made.runId}`,
        '/app/money/ledger',
      ],
    ],
    [
      adminEmail,
      [
        '/app/admin/users',
        '/app/admin/imports',
        `/app/admin/imports/${made.importId}`,
        '/app/admin/findings',
        '/app/admin/claims',
        '/app/admin/jobs',
        '/app/admin/health',
        '/app/admin/audit',
      ],
    ],
  ];
  const found: string[] = [];
  let seen = 0;
  for (const [email, screens] of visits) {
    const visitor = await openVisitor(browser, server.address, email);
    for (const screen of screens) {
      const wrong = await visit(visitor, screen);
      found.push(...wrong.map((what) => `${email ?? 'signed out'} ${screen}: ${what}`));
      seen++;
    }
    await visitor.page.context().close();
  }
  assert.ok(seen >= 45, `${seen} screens were visited`);
  assert.deepEqual(found, []);

  await t.test('Track by keyboard alone', async () => {
    const { page } = await openVisitor(browser, server.address, people.venue.email);
    await page.setViewportSize(desk);
    const station = `/app/track/stations/${made.stationId}`;
    const wrong: string[] = [];
    for (const screen of [...trackScreens, station, '/app/settings/scrobblers']) {
      await open(page, screen);
      wrong.push(...(await tabThrough(page)).map((what) => `${screen}: ${what}`));
    }
    for (const [screen, opener] of [...trackDialogs, [station, 'Remove'] as const]) {
      await open(page, screen);
      wrong.push(...(await useDialog(page, opener)).map((what) => `${screen}: ${what}`));
    }
    assert.deepEqual(wrong, []);

    await open(page, '/app/track/devices');
    await page.getByRole('button', { name: 'Enrol a device' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.type('Box at the door');
    await page.keyboard.press('Enter');
    await page.getByText('This key is shown once.').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    assert.equal(
      await focused(page),
      'Enrol a device',
      'the second dialog gives back as the first',
    );

    await open(page, '/app/track/log');
    await page.getByRole('searchbox').focus();
    await page.keyboard.type('umuhanda');
    await page.locator('.found button').first().waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    assert.equal(await focused(page), 'Another one', 'after a choice');
    await page.getByRole('button', { name: 'Log this play' }).focus();
    await page.keyboard.press('Enter');
    await page.locator('.logged li').waitFor();
    assert.equal(await focused(page), 'Title, artist or ISRC', 'after a play was logged');
    await page.context().close();
  });
});

const trackScreens = [
  'listen',
  'recent',
  'stations',
  'log',
  'history',
  'unknown',
  'claims',
  'devices',
].map((name) => `/app/track/${name}`);
/** Where a dialog is, and the name of the button that opens it. */
const trackDialogs = [
  ['/app/track/devices', 'Enrol a device'],
  ['/app/track/devices', 'Revoke Deck'],
  ['/app/track/stations', 'Add a station'],
  ['/app/settings/scrobblers', 'Make a token'],
] as const;

async function open(page: Page, screen: string): Promise<void> {
  await page.evaluate(`history.pushState(null, '', ${JSON.stringify(screen)})`);
  assert.deepEqual(await settle(page), [], screen);
}

function focused(page: Page): Promise<string> {
  return page.evaluate<string>(
    `document.activeElement.placeholder || document.activeElement.textContent.trim()`,
  );
}

type Visitor = { readonly page: Page; readonly address: string; readonly said: string[] };

async function openVisitor(
  browser: Browser,
  address: string,
  email: string | null,
): Promise<Visitor> {
  const context = await browser.newContext({
    viewport: phone,
    reducedMotion: 'reduce',
    serviceWorkers: 'block', // what it keeps is tested with the build; here it would only cost time
  });
  const page = await context.newPage();
  const said: string[] = [];
  page.on('pageerror', (error) => said.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    const { url } = message.location();
    said.push(`console: ${message.text()} ${url}`);
  });
  await page.goto(`${address}/app/sign-in`);
  if (email !== null) {
    await page.getByLabel('E-mail address').fill(email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { level: 1 }).filter({ hasNotText: 'Sign in' }).waitFor();
  }
  await page.evaluate(axeSource);
  return { page, address, said };
}

/** Goes there as a link does, looks four times, and answers what is wrong. */
async function visit({ page, said }: Visitor, screen: string): Promise<readonly string[]> {
  const wrong: string[] = [];
  await page.evaluate(`history.pushState(null, '', ${JSON.stringify(screen)})`);
  for (const look of looks) {
    await page.setViewportSize(look.size);
    await page.emulateMedia({ colorScheme: look.scheme });
    wrong.push(...(await settle(page)).map((what) => `${look.name}: ${what}`));
    wrong.push(...(await examine(page, look)).map((what) => `${look.name}: ${what}`));
  }
  wrong.push(...said.splice(0));
  return wrong;
}

/** Waits until nothing is on its way any more. */
async function settle(page: Page): Promise<readonly string[]> {
  const deadline = Date.now() + settleMsMax;
  for (;;) {
    await sleep(40);
    const state = await page.evaluate<string>(
      `document.querySelector('[aria-busy="true"]') ? 'busy' : document.querySelector('main h1') ? 'there' : 'empty'`,
    );
    if (state === 'there') return [];
    if (Date.now() > deadline) return [`it is still ${state}`];
  }
}

type Violation = {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly {
    readonly target: readonly string[];
    readonly failureSummary: string;
  }[];
};

/** The names of all texts: one that stands on a screen was not fetched with the screen. */
const textKeys = readdirSync('web', { recursive: true, encoding: 'utf8' })
  .filter((file) => /words[/\\]en\.json$/.test(file))
  .flatMap((file) => Object.keys(JSON.parse(readFileSync(path.join('web', file), 'utf8'))));
assert.ok(textKeys.length > 500, `${textKeys.length} texts are known`);

async function examine(page: Page, look: Look): Promise<readonly string[]> {
  const options = {
    resultTypes: ['violations'],
    ...(look.rules === 'colours' ? { runOnly: ['color-contrast'] } : {}),
  };
  const { text, width, passes, violations } = await page.evaluate<{
    text: string;
    width: number;
    passes: number;
    violations: Violation[];
  }>(
    `axe.run(document, ${JSON.stringify(options)}).then(({ passes, violations }) => ({
      text: document.title + ' ' + document.body.innerText,
      width: document.documentElement.scrollWidth,
      passes: passes.length,
      violations: violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.slice(0, 3) })),
    }))`,
  );
  return [
    ...(passes === 0 ? ['axe looked at nothing'] : []),
    ...textKeys.filter((key) => text.includes(key)).map((key) => `the text ${key} is missing`),
    ...(width > look.size.width ? [`${width} px wide`] : []),
    ...violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(
        ({ id, nodes }) =>
          `${id} at ${nodes.map((node) => `${node.target.join(' ')} (${node.failureSummary.replaceAll('\n', ' ')})`).join('; ')}`,
      ),
  ];
}
