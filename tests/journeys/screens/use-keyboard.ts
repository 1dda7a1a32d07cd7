import type { Page } from 'playwright-core';

// A page without a mouse. Each function answers what is wrong.

const tabsMax = 200;
const pressable =
  'a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex="-1"])';

/** Tab from the top reaches everything that can be pressed, shows where it is, and comes out at the end. */
export async function tabThrough(page: Page): Promise<readonly string[]> {
  await fromTheTop(page);
  const wrong = new Set<string>();
  for (let pressed = 0; ; pressed++) {
    if (pressed === tabsMax) return [`after ${tabsMax} tabs there is no end`];
    await page.keyboard.press('Tab');
    const at = await page.evaluate<{ name: string; isShown: boolean; isSeen: boolean } | null>(`
      (() => {
        const at = document.activeElement;
        if (at === null || at === document.body) return null;
        at.dataset.reached = '';
        const { outlineStyle, outlineWidth } = getComputedStyle(at);
        const box = at.getBoundingClientRect();
        const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        return {
          name: at.getAttribute('aria-label') ?? (at.textContent.trim().slice(0, 40) || at.outerHTML.slice(0, 80)),
          isShown: outlineStyle !== 'none' && parseFloat(outlineWidth) > 0,
          isSeen: hit !== null && (at.contains(hit) || hit.contains(at)),
        };
      })()`);
    if (at === null) break;
    if (!at.isShown) wrong.add(`nothing shows that ${at.name} has the focus`);
    if (!at.isSeen) wrong.add(`${at.name} has the focus and is not seen`);
  }
  const missed = await page.evaluate<string[]>(`
    [...document.querySelectorAll(${JSON.stringify(pressable)})]
      .filter((one) => !('reached' in one.dataset) && !one.disabled && one.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true }))
      .filter((one) => !(one.type === 'radio' && one.name !== ''))
      .map((one) => one.outerHTML.slice(0, 80))`);
  return [...wrong, ...missed.map((name) => `Tab never comes to ${name}`)];
}

/** The button is reached with Tab and opens its dialog with Enter; Escape and Cancel close it; the button has the focus again. */
export async function useDialog(page: Page, opener: string): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const way of ['Escape', 'Cancel'] as const) {
    await fromTheTop(page);
    if (!(await tabTo(page, opener))) return [`Tab never comes to ${opener}`];
    await page.keyboard.press('Enter');
    if ((await page.locator('dialog[open]').count()) !== 1)
      return [`Enter on ${opener} opens no dialog`];
    if (way === 'Escape') await page.keyboard.press('Escape');
    else if (await tabTo(page, way)) await page.keyboard.press('Enter');
    else return [`in the dialog of ${opener} Tab never comes to ${way}`];
    await page.locator('dialog').waitFor({ state: 'detached' });
    const name = await nameOfFocused(page);
    if (name !== opener) wrong.push(`after ${way} the focus is at ${name}, not at ${opener}`);
  }
  return wrong;
}

async function tabTo(page: Page, name: string): Promise<boolean> {
  const isModal = (await page.locator('dialog[open]').count()) > 0;
  for (let pressed = 0; pressed < tabsMax; pressed++) {
    await page.keyboard.press('Tab');
    if ((await nameOfFocused(page)) === name) return true;
    if (isModal && (await page.evaluate(`document.activeElement.closest('dialog, body') === null`)))
      return false;
  }
  return false;
}

function nameOfFocused(page: Page): Promise<string> {
  return page.evaluate<string>(
    `document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent.trim()`,
  );
}

/** Puts the place from which Tab goes on before everything. */
async function fromTheTop(page: Page): Promise<void> {
  await page.evaluate(`
    (() => {
      const start = document.createElement('span');
      start.tabIndex = -1;
      document.body.prepend(start);
      start.focus();
      start.remove();
    })()`);
}
