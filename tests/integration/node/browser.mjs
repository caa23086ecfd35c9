// What the scenarios of inspector.mjs share: a page of the browser, and what must hold in all.

import assert from "node:assert/strict";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

import puppeteer from "puppeteer-core";

const { ADMIN, BROWSER, SCREENSHOTS, WEBHOOK, TIMEOUT } = process.env;
const TIMEOUT_MS = Number(TIMEOUT) * 1000;
const POLL_MS = 20;
const WIDE = { width: 1400, height: 860 };
const PHONE = { width: 390, height: 800 };
const axe = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The first truthy answer of `ask`; fails with `what` where none comes. */
export async function until(what, ask) {
  const deadline = Date.now() + TIMEOUT_MS;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    assert.ok(Date.now() < deadline, `waited in vain for: ${what}`);
    await new Promise((done) => { setTimeout(done, POLL_MS); });
  }
}

/** Posts a body as Vero does; the answer's JSON. */
export async function post(body, headers = {}, end = "") {
  const response = await fetch(WEBHOOK + end, {
    method: "POST", headers: { "Content-Type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return response.json();
}

// A page may ask its own program for its own files and answers, and nobody for anything else.
function watch(page, origin, faults) {
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("console", (message) => {
    // A browser writes down every answer that is no success; some scenarios ask for these.
    if (message.type() !== "error" || message.text().startsWith("Failed to load")) return;
    faults.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !url.startsWith("data:")) faults.push(`request: ${url}`);
  });
  return page.evaluateOnNewDocument(() => {
    addEventListener("securitypolicyviolation", (event) => {
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
}

/** A page in a context of its own, whose `faults` are empty at the end of a good scenario. */
export async function openPage(address = "/", origin = ADMIN) {
  const browser = await puppeteer.connect({ browserWSEndpoint: BROWSER, defaultViewport: WIDE });
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  page.faults = [];
  await watch(page, origin, page.faults);
  await scheme(page, "light");
  await page.goto(origin + address);
  page.end = async () => {
    await context.close();
    await browser.disconnect();
    assert.deepEqual(page.faults, []);
  };
  return page;
}

const scheme = (page, value) => page.emulateMediaFeatures([
  { name: "prefers-color-scheme", value }, { name: "prefers-reduced-motion", value: "reduce" }]);

async function accessible(page, what) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  const found = await page.evaluate(async () => (await window.axe.run()).violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.failureSummary).join(" ")}`));
  assert.deepEqual(found, [], what);
}

/** Nothing to complain of, and a picture, in light and dark, wide and narrow. */
export async function look(page, name) {
  for (const [colours, size, form] of [["light", WIDE, "wide"], ["dark", WIDE, "wide"],
    ["light", PHONE, "phone"], ["dark", PHONE, "phone"]]) {
    const what = `${name}-${colours}-${form}`;
    await scheme(page, colours);
    await page.setViewport(size);
    await accessible(page, what);
    const wider = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(wider, 0, `${what} is wider than the screen`);
    await page.screenshot({ path: path.join(SCREENSHOTS, `${what}.png`) });
  }
  await scheme(page, "light");
  await page.setViewport(WIDE);
}

/** The text of the first element, as it is seen; "" without one. */
export const text = (page, selector) => page.evaluate(
  (wanted) => document.querySelector(wanted)?.innerText ?? "", selector);

export const seen = (page, selector) => page.evaluate(
  (wanted) => document.querySelector(wanted)?.checkVisibility() ?? false, selector);

/** The seqs of the rows, from the top. */
export const seqs = (page) => page.evaluate(
  () => [...document.querySelectorAll("#rows [data-seq]")].map((row) => Number(row.dataset.seq)));

export const waitFor = (page, selector) => until(selector, () => seen(page, selector));
export const waitForText = (page, selector, wanted) => until(
  `“${wanted}” in ${selector}`, async () => (await text(page, selector)).includes(wanted));
export const waitForRows = (page, wanted) => until(
  `${wanted} rows`, async () => (await seqs(page)).length === wanted);
