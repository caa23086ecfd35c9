// How the program is, in words; its journal, its sinks, and the picture of what came.

import { Chart } from "./charts.js";
import { byId, element, visible, visibleLine } from "./dom.js";
import { bytes, count, counted, duration } from "./format.js";
import { webhookUrl } from "./webhook_url.js";

const STATES = {
  following: "Follows", idle: "Follows", delivering: "Delivering", retrying: "Tries again",
  starting: "Starting", stopped: "Stopped", disabled: "Disabled",
  "not configured": "Not configured",
};

function healthCard(overview) {
  const { ready, problems } = overview;
  const well = ready && problems.length === 0;
  const words = ready ? (well ? "All is well: events are taken and stored."
    : "Events are taken and stored, but something wants your attention.")
    : "No events are taken at the moment.";
  return element("section", { class: "card", "aria-labelledby": "health-title" },
    element("h2", { id: "health-title" }, "Health"),
    element("p", { class: "words", "data-level": well ? "good" : ready ? "warn" : "bad" },
      element("span", { class: "dot" }), words),
    problems.length > 0 ? element("ul", {}, problems.map((problem) =>
      element("li", {}, visible(problem)))) : null);
}

function journalCard({ journal }) {
  const words = journal.events === 0 ? "It is empty."
    : `${counted(journal.events, "event")}, from #${count(journal.oldest)} to ` +
      `#${count(journal.newest)}; ${bytes(journal.bytes)} on the disk.`;
  return element("section", { class: "card", "aria-labelledby": "journal-title" },
    element("h2", { id: "journal-title" }, "Journal"), element("p", {}, words));
}

function lag(sink) {
  if (sink.lag_events === null) return "gets nothing";
  if (sink.lag_events === 0) return "up to date";
  const seconds = sink.lag_seconds === null ? "" : `, ${duration(sink.lag_seconds)}`;
  return `${counted(sink.lag_events, "event")}${seconds} behind`;
}

function sinkRow(sink) {
  const trouble = sink.state === "retrying" || sink.state === "stopped";
  return element("tr", {},
    element("th", { scope: "row" }, visibleLine(sink.name)),
    element("td", {}, visibleLine(sink.kind ?? "none")),
    element("td", {}, element("span", { class: "words", "data-level": trouble ? "warn" : "good" },
      element("span", { class: "dot" }), STATES[sink.state] ?? visibleLine(sink.state))),
    element("td", {}, lag(sink)),
    element("td", {}, sink.dead_letters === 0 ? "none" : count(sink.dead_letters)),
    element("td", { class: "long" }, sink.last_error ? visible(sink.last_error) : "none"));
}

function sinksCard({ sinks }) {
  const titles = ["Name", "Kind", "State", "Lag", "Dead letters", "Last error"];
  return element("section", { class: "card", "aria-labelledby": "sinks-title" },
    element("h2", { id: "sinks-title" }, "Sinks"),
    sinks.length === 0 ? element("p", {}, "None is configured: events are only stored.")
      : element("div", { class: "wide-table", tabindex: 0, role: "region",
        "aria-label": "Table of the sinks" },
      element("table", {},
        element("thead", {}, element("tr", {}, titles.map((title) =>
          element("th", { scope: "col" }, title)))),
        element("tbody", {}, sinks.map(sinkRow)))));
}

/** The page of the overview, and the pill in the page's head. */
export class Overview {
  #drawn = "";

  constructor() {
    this.root = byId("overview");
    this.chart = new Chart();
    this.cards = element("div", { class: "cards" });
    this.sinks = element("div", {});
    this.webhook = element("section", { class: "card", "aria-labelledby": "webhook-title" });
    this.root.append(element("h1", { id: "overview-title" }, "Overview"), this.cards,
      this.chart.root, this.sinks, this.webhook);
  }

  show() {
    if (!this.root.hidden) return;
    this.root.hidden = false;
    this.chart.start();
  }

  hide() {
    this.root.hidden = true;
    this.chart.stop();
  }

  /** Draws what changed since the last answer; focus and selection stay where they are. */
  draw(overview) {
    this.#drawPill(overview.ready && overview.problems.length === 0 ? "good"
      : overview.ready ? "warn" : "bad", overview.problems.length);
    const text = JSON.stringify(overview);
    if (text === this.#drawn) return;
    const webhook = JSON.stringify(overview.webhook);
    if (this.#drawn === "" || webhook !== JSON.stringify(JSON.parse(this.#drawn).webhook)) {
      this.webhook.replaceChildren(element("h2", { id: "webhook-title" }, "The URL for Vero"),
        webhookUrl(overview.webhook));
    }
    this.#drawn = text;
    this.cards.replaceChildren(healthCard(overview), journalCard(overview));
    this.sinks.replaceChildren(sinksCard(overview));
  }

  unreachable() {
    this.#drawPill("bad", 0, "Not reachable");
  }

  #drawPill(level, problems, words = null) {
    const pill = byId("health");
    pill.dataset.level = level;
    const text = words ?? (level === "good" ? "Ready"
      : problems > 0 ? counted(problems, "problem") : "Not ready");
    if (pill.lastElementChild.textContent !== text) pill.lastElementChild.textContent = text;
  }
}
