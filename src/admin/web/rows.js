// The list's rows: drawing them, keeping them few, and moving between them with the keyboard.

import { element, visibleLine } from "./dom.js";
import { count, counted, longTime, shortTime } from "./format.js";
import { eventsAddress } from "./router.js";
import { colourOf, STATUSES } from "./types.js";

const ROWS_MAX = 1000;

const cell = (name, ...children) =>
  element("span", { role: "cell", class: `cell ${name}` }, ...children);

const maybe = (value) => (value === null || value === undefined ? "" : visibleLine(value));

function remarks(summary) {
  const made = [];
  if (summary.status !== "accepted") {
    const status = STATUSES[summary.status] ? summary.status : "other";
    made.push(element("span", { class: "chip", "data-status": status },
      visibleLine(STATUSES[summary.status] ?? summary.status)));
  }
  if (summary.problems > 0) {
    made.push(element("span", { class: "chip", "data-status": "problem" },
      counted(summary.problems, "problem")));
  }
  return made;
}

function person(summary) {
  const email = maybe(summary.email);
  const user = maybe(summary.user);
  if (!email || !user || email === user) return [email || user];
  return [email, " ", element("span", { class: "dim" }, user)];
}

function makeRow(summary) {
  const colour = colourOf(summary.type);
  const type = summary.type === null ? "no type" : visibleLine(summary.type);
  const href = eventsAddress({}, summary.seq);
  const link = element("a", { href, tabindex: -1, class: "type" }, type);
  const row = { role: "row", class: "row", "data-seq": summary.seq, "data-type": colour };
  return element("div", row,
    cell("time", element("time",
      { datetime: summary.received_at, title: longTime(summary.received_at) },
      shortTime(summary.received_at))),
    cell("kind", link),
    cell("user", ...person(summary)),
    cell("campaign", maybe(summary.campaign)),
    cell("remarks", ...remarks(summary)),
    cell("seq number", count(summary.seq)));
}

/** The rows in their element, newest first. `opened(seq)` and `gap(before)` are told of clicks. */
export class Rows {
  #root;

  constructor(root, { opened, gap }) {
    this.#root = root;
    this.selected = null;
    root.addEventListener("click", (event) => {
      const row = event.target.closest(".row");
      if (event.ctrlKey || event.metaKey || !row || !getSelection().isCollapsed) return;
      event.preventDefault();
      if (row.dataset.gap) gap(Number(row.previousElementSibling?.dataset.seq) || null);
      else opened(Number(row.dataset.seq));
    });
    root.addEventListener("keydown", (event) => this.#moved(event));
    root.addEventListener("focusin", (event) => this.#stop(event.target));
  }

  /** How many events are drawn. */
  get size() {
    return this.#root.querySelectorAll("[data-seq]").length;
  }

  /** The seq of the last row, null without any. */
  get oldest() {
    return Number(this.#root.querySelector(".row:last-child")?.dataset.seq) || null;
  }

  clear() {
    this.#root.replaceChildren();
  }

  /** Older events, newest first, at the end; true if newer rows had to go for it. */
  append(summaries) {
    this.#root.append(...summaries.map(makeRow));
    this.#mark();
    const tooMany = this.#root.childElementCount - ROWS_MAX;
    for (let left = tooMany; left > 0; left -= 1) this.#root.firstElementChild.remove();
    return tooMany > 0;
  }

  /** New entries, oldest first, at the top; true if older rows had to go for it. */
  prepend(entries) {
    const made = entries.map((entry) => (entry.gap ? this.#makeGap(entry.gap) : makeRow(entry)));
    this.#root.prepend(...made.reverse());
    this.#mark();
    const tooMany = this.#root.childElementCount - ROWS_MAX;
    for (let left = tooMany; left > 0; left -= 1) this.#root.lastElementChild.remove();
    while (this.#root.lastElementChild?.dataset.gap) this.#root.lastElementChild.remove();
    return tooMany > 0;
  }

  #makeGap(size) {
    return element("div", { role: "row", class: "row gap", "data-gap": size },
      element("span", { role: "cell" }, element("a", { href: "#gap", tabindex: -1 },
        `${counted(size, "event")} not drawn – show them`)));
  }

  select(seq) {
    this.selected = seq;
    this.#mark();
  }

  /** The seq of the neighbour of a row: 1 is the next older one, -1 the next newer one. */
  neighbour(seq, step) {
    const rows = [...this.#root.querySelectorAll("[data-seq]")];
    const at = rows.findIndex((row) => Number(row.dataset.seq) === seq);
    return at < 0 ? null : Number(rows[at + step]?.dataset.seq) || null;
  }

  focus(seq) {
    const row = this.#root.querySelector(`[data-seq="${seq}"] a`) ?? this.#root.querySelector("a");
    row?.focus({ preventScroll: false });
  }

  // One row alone is in the order of tab stops: a thousand would be a wall.
  #stop(link) {
    for (const other of this.#root.querySelectorAll("a[tabindex='0']")) other.tabIndex = -1;
    link.tabIndex = 0;
  }

  #mark() {
    for (const row of this.#root.querySelectorAll("[aria-current]")) {
      row.removeAttribute("aria-current");
    }
    const row = this.#root.querySelector(`[data-seq="${this.selected}"]`);
    row?.setAttribute("aria-current", "true");
    if (!this.#root.querySelector("a[tabindex='0']")) {
      const first = this.#root.querySelector("a");
      if (first) first.tabIndex = 0;
    }
  }

  #moved(event) {
    const links = [...this.#root.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    const page = 10;
    const steps = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: page, PageUp: -page };
    let to = at + (steps[event.key] ?? 0);
    if (event.key === "Home") to = 0;
    if (event.key === "End") to = links.length - 1;
    if (at < 0 || to === at || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    links[Math.min(Math.max(to, 0), links.length - 1)].focus();
  }
}
