// The inspector's page in a real browser, before a real daemon: node inspector.mjs SCENARIO

import assert from "node:assert/strict";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";

import { look, openPage, post, seqs, seen, text, until, waitFor, waitForRows, waitForText }
  from "./browser.mjs";

const { ADMIN, PAYLOADS, SECRET, TOKEN, WEBHOOK } = process.env;

const sample = (name) => fs.readFileSync(path.join(PAYLOADS, `${name}.json`), "utf8");
const opened = (number) => ({
  type: "opened", opened_at: 1435016238, message_id: `message-${number}`,
  user: { id: number, email: `user+${number}@example.com` },
  campaign: { id: 987, name: "Order confirmation" },
});
const FLOOD = 1200;
const count = (page, selector) => page.evaluate(
  (wanted) => document.querySelectorAll(wanted).length, selector);
const press = (page, ...keys) => keys.reduce(
  (before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());

const unfold = (page) => page.evaluate(() => {
  for (const folded of document.querySelectorAll("details")) folded.open = true;
});

/** Has whoever runs this kill the daemon, or start it again. */
async function tell(order) {
  const input = createInterface({ input: process.stdin });
  const done = once(input, "line");
  process.stdout.write(`${order}\n`);
  assert.deepEqual(await done, ["done"]);
  input.close();
}

const scenarios = {
  async first_run() {
    const page = await openPage();
    await waitFor(page, "#guide .waiting");
    assert.equal(await text(page, ".url code"), WEBHOOK);
    await look(page, "first-run");
    await post(sample("website2020-clicked"));
    await waitForText(page, ".waiting.good", "Vero’s Test URL reached you.");
    await look(page, "first-event");
    await page.click(".first a:last-child");
    await waitForRows(page, 1);
    assert.ok(!(await seen(page, "#guide")));
    await page.end();
  },

  async events() {
    const names = ["website2020-sent", "website2020-opened", "website2020-bounced",
      "help201510-user_updated", "website2020-unsubscribed.as-printed.invalid"];
    for (const name of names) await post(sample(name));
    const page = await openPage();
    await waitForRows(page, 5);
    // What comes from now on comes by itself.
    await post(sample("website2020-opened"));
    await post({ ...opened(7), type: "new_in_vero" });
    await waitForRows(page, 7);
    assert.deepEqual(await seqs(page), [7, 6, 5, 4, 3, 2, 1]);
    await look(page, "events");
    for (const [filters, expected] of [
      ["status=duplicate", [6]], ["status=malformed", [5]], ["type=opened", [6, 2]],
      ["type=new_in_vero", [7]], ["user=user%2B7%40example.com", [7]], ["user=7", [7]],
      ["campaign=987&type=bounced", [3]], ["text=as-printed-nowhere", []],
      ["id=message-7", [7]], ["until=2001-01-01T00:00:00Z", []],
    ]) {
      await page.evaluate((to) => { location.hash = `#/events?${to}`; }, filters);
      await until(filters, async () =>
        JSON.stringify(await seqs(page)) === JSON.stringify(expected));
    }
    await page.click(".clear");
    await waitForRows(page, 7);
    await page.select("[name=type]", "bounced");
    await waitForRows(page, 1);
    await post(sample("website2020-delivered"));
    await post({ ...JSON.parse(sample("website2020-bounced")), bounced_at: 1435016239 });
    await waitForRows(page, 2);
    assert.deepEqual(await seqs(page), [9, 3]);
    await page.end();
  },

  async detail() {
    const body = `{"type":"bounced","bounced_at":1435016238,"bounce_type":"hard",` +
      `"user":{"id":12345678901234567890,"email":"a+b@example.com"},"user_agent":[1]}`;
    await post(body, { "User-Agent": "Vero/1.0", Authorization: "Bearer hidden" });
    await post(sample("website2020-sent"));
    const page = await openPage();
    await waitForRows(page, 2);
    await page.focus("#rows a");
    await press(page, "ArrowDown", "Enter");
    await waitForText(page, "#detail", "12345678901234567890");
    const said = await text(page, "#detail");
    for (const part of ["bounced", "#1", "1 problem", "a+b@example.com", "hard", "Delivered"]) {
      assert.ok(said.includes(part), `${part} in ${said}`);
    }
    assert.equal(await text(page, "#detail .code"), body);
    await until("the sink", async () => (await text(page, ".sinks")).includes("Delivered"));
    await page.click("#detail .folded summary");
    await waitForText(page, "#detail .folded", "Vero/1.0");
    assert.ok(!(await page.content()).includes("hidden\""));
    await look(page, "detail");
    await page.browserContext().overridePermissions(ADMIN, ["clipboard-read", "clipboard-write"]);
    const copied = async (button) => {
      await page.evaluate((label) => [...document.querySelectorAll("#detail button")]
        .find((one) => one.innerText === label).click(), button);
      await waitForText(page, "#announcer", `${button}: copied.`);
      return page.evaluate(() => navigator.clipboard.readText());
    };
    assert.equal(await copied("Copy body"), body);
    assert.match(await copied("Copy as curl"), /^curl .*12345678901234567890.*\/webhooks\/vero/);
    await press(page, "Escape");
    await until("the pane closed", async () => !(await seen(page, "#detail")));
    const focused = () => document.activeElement.closest(".row").dataset.seq;
    assert.equal(await page.evaluate(focused), "1");
    await page.end();
  },

  async malformed() {
    await post(`{"type": "opened", "é": 1,\n }`);
    const page = await openPage("/#/events?open=1");
    await waitForText(page, "#detail .callout", "Not valid JSON");
    assert.match(await text(page, "#detail .callout"), /At byte 29 \(line 2, column 2\)/);
    assert.equal(await text(page, "#error-place"), "}");
    assert.match(await text(page, "#detail"), /It goes to no sink/);
    await look(page, "malformed");
    await page.end();
  },

  async hostile() {
    const evil = (name) => `<img src=x onerror=alert(1)><script>alert("${name}")</script>` +
      `"'><svg onload=alert(1)>\u202e\u0000${name}`;
    const fields = (names) => Object.fromEntries(names.map((name) => [name, evil(name)]));
    const body = {
      ...fields(["type", "message_id", "user_agent", evil("member")]),
      user: { ...fields(["id", "email", "plan"]), [evil("property")]: evil("value") },
      campaign: fields(["id", "name", "subject", "permalink", "variation", "tags"]),
      changes: { _tags: { add: [evil("tag")], remove: {} } }, event: fields(["name", "data"]),
    };
    await post(body, { "User-Agent": "<script>alert(2)</script>" });
    await post(`{"<script>alert(3)</script>": }`);
    const page = await openPage();
    await waitForRows(page, 2);
    assert.ok((await text(page, "#rows")).includes("<script>alert("));
    for (const [seq, part] of [[1, `alert("tag")</script>"'><svg onload=alert(1)>`],
      [2, "<script>alert(3)"]]) {
      await page.evaluate((open) => { location.hash = `#/events?open=${open}`; }, seq);
      await waitForText(page, "#detail", part);
      await unfold(page);
      assert.equal(await count(page, "main script, main img, main svg, main b, [onload]"), 0);
    }
    await page.evaluate(() => { location.hash = "#/events?open=1"; });
    await waitForText(page, "#detail", `alert("tag")`);
    await unfold(page);
    await waitForText(page, "#detail .folded", "<script>alert(2)");
    await look(page, "hostile");
    await page.evaluate(() => { location.hash = "#/overview"; });
    await waitForText(page, ".legend", "unrecognized");
    await page.end();
  },

  async flood() {
    const page = await openPage();
    await waitFor(page, "#guide");
    for (let number = 0; number < 120; number += 1) await post(opened(number));
    await page.goto(`${ADMIN}/#/events`);
    await page.reload();
    await waitForRows(page, 50);
    await page.click("#older");
    await waitForRows(page, 100);
    await page.click("#older");
    await waitForText(page, "#end", "This is the oldest one.");
    await page.click("#pause");
    for (let number = 0; number < 3; number += 1) await post(opened(number));
    await waitForText(page, "#newer", "3 new events");
    assert.equal((await seqs(page))[0], 120);
    await page.click("#newer");
    await waitForRows(page, 123);
    let number = 0;
    const poster = async () => {
      while (number < FLOOD) await post(opened(1000 + (number += 1)));
    };
    const all = Promise.all(Array.from({ length: 32 }, poster));
    await waitForText(page, "#state", "only some are drawn, all are stored");
    // The page has time for other things all the while.
    const waited = await page.evaluate(() => new Promise((done) => {
      const start = performance.now();
      requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
    }));
    assert.ok(waited < 500, `the page stood still for ${waited} ms`);
    await all;
    await until("the last one", async () => (await seqs(page))[0] >= 123 + FLOOD);
    assert.ok(await count(page, "#rows .row") <= 1000);
    await page.click("#rows .gap a");
    await waitForText(page, "#state", "Older events.");
    await until("the gap's events", async () => (await seqs(page)).length === 50);
    const shown = await seqs(page);
    assert.deepEqual(shown, shown.map((_, at) => shown[0] - at));
    await page.end();
  },

  async overview() {
    await post(sample("website2020-sent"));
    for (let number = 0; number < 3; number += 1) await post(opened(number));
    const page = await openPage("/#/overview");
    await waitForText(page, ".legend", "opened 3");
    assert.match(await text(page, ".legend"), /sent 1/);
    await waitForText(page, "#overview", "All is well: events are taken and stored.");
    await waitForText(page, "#overview", "4 events, from #1 to #4");
    await waitForText(page, "#overview table", "up to date");
    await look(page, "overview");
    await page.click("[data-span=week]");
    await waitForText(page, ".chart", "Events per hour");
    await waitForText(page, ".chart", "4 events, last 7 days");
    // Whether anything is painted in a type's own colour.
    assert.ok(await page.evaluate(() => {
      const canvas = document.querySelector(".plot canvas");
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      for (let at = 0; at < data.length; at += 4) {
        if (data[at] === 0x0b && data[at + 1] === 0x5c && data[at + 2] === 0xad) return true;
      }
      return false;
    }));
    await page.end();
  },

  async login() {
    const page = await openPage();
    await waitFor(page, "#login");
    await look(page, "login");
    await page.type("#token", "wrong");
    await press(page, "Enter");
    await waitForText(page, "#login-error", "none of the tokens");
    await page.type("#token", TOKEN);
    await press(page, "Enter");
    await waitFor(page, "#guide");
    assert.equal(await text(page, ".url code"), `${WEBHOOK}/SECRET`);
    await page.type(".secret input", SECRET);
    assert.equal(await text(page, ".url code"), `${WEBHOOK}/••••••••`);
    await page.click(".secret button");
    assert.equal(await text(page, ".url code"), `${WEBHOOK}/${SECRET}`);
    await post(opened(1), {}, `/${SECRET}`);
    await waitFor(page, ".waiting.good");
    await page.reload();
    await waitForRows(page, 1);
    assert.equal(await page.evaluate(() => document.cookie), "");
    await Promise.all([page.waitForNavigation(), page.click("#logout")]);
    await waitFor(page, "#login");
    await page.end();
  },

  async reconnect() {
    await post(opened(1));
    const page = await openPage();
    await waitForRows(page, 1);
    // With the first answer the browser learns how soon it is to ask again.
    await post(opened(2));
    await waitForRows(page, 2);
    await tell("kill");
    await waitForText(page, "#pause", "Reconnecting");
    await tell("start");
    for (let number = 3; number < 7; number += 1) await post(opened(number));
    await waitForRows(page, 6);
    await waitForText(page, "#pause", "Live");
    assert.deepEqual(await seqs(page), [6, 5, 4, 3, 2, 1]);
    await page.end();
  },

  async rebinding() {
    const origin = ADMIN.replace("127.0.0.1", "rebound.example");
    const page = await openPage("/", origin);
    await waitFor(page, "#message");
    assert.ok(!(await seen(page, "#events")) && !(await seen(page, "#login")));
    await page.end();
  },
};

await scenarios[process.argv[2]]();
process.exit(0);
