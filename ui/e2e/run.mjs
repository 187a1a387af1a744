/**
 * The browser tests: real pages in Debian's Chromium, a real hub, plain http on an
 * address that is not localhost. Prints each case and ends with the counts.
 *
 *     npm run e2e              all cases
 *     npm run e2e -- offline   those whose name has this in it
 *     npm run e2e -- --lag=7   each page as slow and as far away as chance of this seed has it
 */
import { readdirSync } from "node:fs";
import { chromium } from "playwright-core";
import { CHROMIUM } from "./harness/laptop.mjs";
import { lagBy } from "./harness/lag.mjs";
import { address, enter } from "./harness/network.mjs";
import { missing } from "./harness/traffic.mjs";
import { within } from "./harness/until.mjs";
import { World } from "./harness/world.mjs";

const CASE_LIMIT_MS = 120_000;
const LAG = "--lag=";

await enter();
const wanted = process.argv.slice(2).filter((part) => !part.startsWith(LAG));
const seed = process.argv.find((part) => part.startsWith(LAG))?.slice(LAG.length);
const here = address();
const browser = await chromium.launch(CHROMIUM);
let [passed, failed] = [0, 0];

for (const file of readdirSync(new URL("cases", import.meta.url)).sort()) {
  const { cases } = await import(`./cases/${file}`);
  for (const [name, act] of Object.entries(cases)) {
    const title = `${file.replace(".mjs", "")}: ${name}`;
    if (wanted.length === 0 || wanted.some((part) => title.includes(part))) await perform(title, act);
  }
}
await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

async function perform(title, act) {
  if (seed !== undefined) lagBy(seed, title);
  const world = new World(browser, here);
  const start = performance.now();
  let fault = null;
  let lacks = [];
  try {
    await within("the case", act(world), CASE_LIMIT_MS);
  } catch (error) {
    fault = error;
    const pages = browser.contexts().flatMap((context) => context.pages());
    lacks = missing(pages);
    await picture(title, pages);
  }
  try {
    await world.end();
  } catch (error) {
    fault ??= error;
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  if (fault === null) passed += 1;
  else failed += 1;
  console.log(`${fault === null ? "ok    " : "FAILED"} ${title} (${seconds} s)`);
  if (fault !== null) console.log([fault.stack ?? fault, ...lacks].join("\n").replace(/^/gm, "       "));
}

/** What every page showed when a case failed. */
async function picture(title, pages) {
  for (const [at, page] of pages.entries()) {
    const name = `${title.replaceAll(/[^a-z0-9]+/gi, "-")}-${at}.png`;
    await page.screenshot({ path: new URL(`../test-results/failed/${name}`, import.meta.url).pathname }).catch(() => undefined);
  }
}
