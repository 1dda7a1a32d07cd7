import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { everyScreen, type Country } from './every-screen.ts';
import { people } from './small-country.ts';
import { tabThrough, useDialog } from './use-keyboard.ts';
import { desk, openVisitor, settle } from './visit.ts';

const screens = [
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
const dialogs = [
  ['/app/track/devices', 'Enrol a device'],
  ['/app/track/devices', 'Revoke Deck'],
  ['/app/track/stations', 'Add a station'],
  ['/app/settings/scrobblers', 'Make a token'],
] as const;

everyScreen(
  'Track',
  (made) => [
    [people.listener.email, ['/app/track']],
    [people.venue.email, [...screens, `/app/track/stations/${made.stationId}`]],
  ],
  async (t, country) => {
    await t.test('Track by keyboard alone', () => byKeyboard(country));
  },
);

async function byKeyboard({ browser, address, made }: Country): Promise<void> {
  const { page } = await openVisitor(browser, address, people.venue.email);
  await page.setViewportSize(desk);
  const station = `/app/track/stations/${made.stationId}`;
  const wrong: string[] = [];
  for (const screen of [...screens, station, '/app/settings/scrobblers']) {
    await open(page, screen);
    wrong.push(...(await tabThrough(page)).map((what) => `${screen}: ${what}`));
  }
  for (const [screen, opener] of [...dialogs, [station, 'Remove'] as const]) {
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
  assert.equal(await focused(page), 'Enrol a device', 'the second dialog gives back as the first');

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
}

async function open(page: Page, screen: string): Promise<void> {
  await page.evaluate(`history.pushState(null, '', ${JSON.stringify(screen)})`);
  assert.deepEqual(await settle(page), [], screen);
}

function focused(page: Page): Promise<string> {
  return page.evaluate<string>(
    `document.activeElement.placeholder || document.activeElement.textContent.trim()`,
  );
}
