import assert from 'node:assert/strict';
import { dayMs } from '#foundation/kernel/time.ts';
import { everyScreen, type Country } from './every-screen.ts';
import { people } from './small-country.ts';
import { openVisitor } from './visit.ts';

everyScreen(
  'Listen',
  (made) => [
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
      ],
    ],
    [
      people.listener.email,
      [
        '/',
        '/app/listen/identify',
        `/app/listen/mixes/${Math.floor(Date.now() / dayMs)}-daily`,
        '/app/listen/mixes/of-another-day',
      ],
    ],
  ],
  async (_t, country) => searchWithoutAMouse(country),
);

/** What is typed is found at each pause, arrows go through it, and what was opened is offered again until it is cleared. */
async function searchWithoutAMouse({ browser, address }: Country): Promise<void> {
  const { page } = await openVisitor(browser, address, null);
  await page.evaluate(`history.pushState(null, '', '/')`);
  const focused = () =>
    page.evaluate<string>(`document.activeElement.textContent || document.activeElement.type`);
  const box = page.getByRole('searchbox');
  await box.click();
  await page.keyboard.type('ruganzo twns', { delay: 20 });
  const artist = page.locator('.results .people a', { hasText: 'Ruganzu Twins' });
  await artist.waitFor();
  assert.match(await page.locator('.results [role=status]').innerText(), /\b1 artist\b/);
  await page.keyboard.press('ArrowDown');
  assert.match(await focused(), /^Ruganzu Twins/);
  await page.keyboard.press('ArrowUp');
  assert.equal(await focused(), 'search');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Ruganzu Twins' }).waitFor();
  await box.click();
  const recent = page.getByRole('link', { name: 'ruganzo twns' });
  await recent.waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await artist.waitFor();
  await box.fill('');
  await page.getByRole('button', { name: 'Clear all' }).click();
  await recent.waitFor({ state: 'detached' });
  assert.equal(await page.evaluate(`localStorage.getItem('ngoma.searches')`), null);
  await box.fill('ruganzuqqqq');
  await page.locator('.results .chip', { hasText: 'Ruganzu Twins' }).waitFor(); // the nearest name
  await page.context().close();
}
