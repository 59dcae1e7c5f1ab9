// Opens briefs in Chromium and holds them to what readers need: nothing asked of the network, nothing to scroll
// sideways, nothing that axe objects to in light and dark, eight pages of A4.
//
// In: the program (CONTINGENT, ../../target/release/contingent by default) and Chromium (CHROMIUM, /usr/bin/chromium by
// default). Out: a line a check, and status 1 where one fails.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { chromium } from 'playwright-core';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const program = process.env.CONTINGENT ?? join(root, 'target/release/contingent');
const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium';
for (const [path, remedy] of [[program, 'cargo build --release'], [browserPath, 'apt-get install chromium']]) {
  if (!existsSync(path)) {
    console.error(`error: ${path} is missing\nhelp: ${remedy}`);
    process.exit(1);
  }
}

const QUIET = [
  '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-quic',
];
const MOST_BYTES = 2_000_000;
const BRIEFS = [
  { name: 'paris-2026', scenario: 'scenarios/paris-2026/scenario.toml', mostPages: 8 },
  { name: 'minimal', scenario: 'scenarios/minimal/scenario.toml', mostPages: 8 },
  { name: 'nasty', scenario: 'tests/browser/nasty.toml', mostPages: 8 },
];

let failures = 0;
function check(what, holds, detail = '') {
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${what}${holds || !detail ? '' : `: ${detail}`}`);
  failures += holds ? 0 : 1;
}

/** A page in one width and colour scheme, and all that it did unasked. */
async function open(browser, file, width, colorScheme) {
  const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
  const page = await context.newPage();
  const address = pathToFileURL(file).href;
  const unasked = [];
  page.on('console', (message) => unasked.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => unasked.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => { unasked.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on('request', (request) => { if (request.url() !== address) unasked.push(`request: ${request.url()}`); });
  await page.goto(address, { waitUntil: 'load' });
  return { context, page, unasked };
}

/** Texts of charts that are not as wide as the embedded font has them, or leave their picture. */
function strayTexts() {
  return [...document.querySelectorAll('svg text')].filter((text) => {
    const told = Number(text.getAttribute('textLength'));
    const [picture, own] = [text.ownerSVGElement, text].map((element) => element.getBoundingClientRect());
    const inside = own.left >= picture.left - 1 && own.right <= picture.right + 1;
    return !inside || Math.abs(text.getBBox().width - told) > 4;
  }).map((text) => text.textContent.trim());
}

async function look(browser, name, file) {
  for (const width of [360, 1280]) {
    for (const scheme of ['light', 'dark']) {
      const where = `${name}, ${width} pixels, ${scheme}`;
      const { context, page, unasked } = await open(browser, file, width, scheme);
      const wide = await page.evaluate(() => document.scrollingElement.scrollWidth);
      check(`${where}: nothing to scroll sideways`, wide <= width, `${wide} pixels wide`);
      const stray = await page.evaluate(strayTexts);
      check(`${where}: texts of charts keep their width`, stray.length === 0, stray.join(' | '));
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
      const told = violations.map((v) => `${v.id} (${v.nodes.map((node) => node.target.join(' ')).join(', ')})`);
      check(`${where}: axe has no objection`, told.length === 0, told.join('; '));
      check(`${where}: asks for nothing, says nothing`, unasked.length === 0, unasked.join('; '));
      await context.close();
    }
  }
}

async function print(browser, name, file, mostPages) {
  const { context, page } = await open(browser, file, 1280, 'dark');
  const pdf = (await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString('latin1');
  await context.close();
  const pages = pdf.match(/\/Type\s*\/Page\b/g)?.length ?? 0;
  check(`${name}: prints on 1 to ${mostPages} pages`, pages >= 1 && pages <= mostPages, `${pages} pages`);
  const boxes = [...pdf.matchAll(/\/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]/g)];
  const a4 = boxes.every(([, width, height]) => Math.abs(width - 595.28) < 1 && Math.abs(height - 841.89) < 1);
  check(`${name}: prints on A4`, boxes.length > 0 && a4, boxes.map((box) => box[0]).join(' '));
}

const folder = mkdtempSync(join(tmpdir(), 'contingent-brief-'));
let browser;
try {
  browser = await chromium.launch({ executablePath: browserPath, args: QUIET });
  for (const { name, scenario, mostPages } of BRIEFS) {
    const file = join(folder, `${name}.html`);
    execFileSync(program, ['brief', join(root, scenario), '--quiet', '-o', file], { stdio: 'inherit' });
    const [bytes, policy] = [statSync(file).size, readFileSync(file, 'utf8').includes("content=\"default-src 'none';")];
    check(`${name}: under ${MOST_BYTES} bytes, with a policy`, bytes < MOST_BYTES && policy, `${bytes} bytes`);
    await look(browser, name, file);
    await print(browser, name, file, mostPages);
  }
} finally {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
}
console.log(failures === 0 ? 'all checks of the brief passed' : `${failures} checks of the brief failed`);
process.exitCode = failures === 0 ? 0 : 1;
