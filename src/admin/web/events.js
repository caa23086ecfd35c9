// The list of events: the newest from the stream, older ones by the page.

import * as api from "./api.js";
import { announce, byId, element } from "./dom.js";
import { count, counted } from "./format.js";
import { Live } from "./live.js";
import { eventsAddress, go } from "./router.js";
import { Rows } from "./rows.js";

const PAGE = 50;
const DRAW_MS = 250;
// About eighty rows a second in the long run, more than anybody reads; a burst of so many at once.
const DRAWN_EACH_TIME = 20;
const DRAWN_AT_ONCE_MAX = 200;
const RATE_SAID_MIN = 5;
const SAID_MS = 5000;
const AT_TOP = 30;

/** The list. It draws nothing until `show` is called with what the address says. */
export class EventsView {
  #asked = null;
  #next = null;
  #searching = false;
  #anchored = false;
  #lastGap = 0;
  #room = DRAWN_AT_ONCE_MAX;
  #reached = null;
  #error = null;

  constructor({ refused }) {
    this.filters = {};
    this.before = null;
    this.paused = false;
    this.rows = new Rows(byId("rows"), {
      opened: (seq) => go(this.address(seq)),
      gap: (before) => go(eventsAddress(this.filters, null, before)),
    });
    this.live = new Live({ changed: () => {}, refused });
    byId("pause").addEventListener("click", () => this.pause(!this.paused));
    byId("newer").addEventListener("click", () => this.#toNewest());
    setInterval(() => this.#draw(), DRAW_MS);
  }

  /** The newest seq that this page knows of; 0 if none. */
  get newest() {
    return this.live.last;
  }

  /** The address of what is shown, with this event open. */
  address(open) {
    return eventsAddress(this.filters, open, this.before);
  }

  pause(paused) {
    this.paused = paused;
    byId("pause").setAttribute("aria-pressed", String(paused));
    announce(paused ? "Paused." : "Live.", true);
    this.#draw();
  }

  stop() {
    this.#asked?.abort();
    this.live.close();
  }

  /** The newest events with these filters, or those before a seq; and what comes from now on. */
  async load(filters, before = null) {
    this.stop();
    this.filters = filters;
    this.before = before;
    this.#anchored = before !== null;
    this.rows.clear();
    this.#next = null;
    this.#reached = null;
    byId("scroll").scrollTop = 0;
    const first = await this.#page(before);
    if (first) this.live.open(filters, first.newest ?? 0);
  }

  // A slow search answers early with what it has; it is asked on until a page is full.
  async #page(before) {
    const asked = new AbortController();
    this.#asked = asked;
    this.#searching = true;
    this.#error = null;
    this.#drawEnd();
    let first = null;
    try {
      let wanted = PAGE;
      let from = before;
      while (wanted > 0) {
        const answer = await api.events(this.filters, from, Math.min(wanted, PAGE), asked.signal);
        first ??= answer;
        if (this.rows.append(answer.events)) this.#anchored = true;
        wanted -= answer.events.length;
        this.#next = from = answer.next;
        this.#reached = answer.next;
        this.#drawEnd();
        if (from === null) break;
      }
    } catch (error) {
      if (error.name === "AbortError") return null;
      this.#error = error;
    }
    this.#searching = false;
    this.#drawEnd();
    return first;
  }

  async #older() {
    const last = this.rows.size;
    await this.#page(this.#next);
    announce(`${counted(this.rows.size - last, "older event")} shown.`, true);
  }

  #toNewest() {
    if (this.before !== null) {
      go(eventsAddress(this.filters));
    } else if (this.#anchored) {
      this.load(this.filters);
    } else {
      byId("scroll").scrollTop = 0;
      if (this.paused) this.pause(false);
      else this.#draw();
    }
    this.rows.focus(null);
  }

  // Whoever reads further down is not disturbed: new rows wait until the list's top is seen again.
  get #held() {
    return this.paused || this.#anchored || byId("scroll").scrollTop > AT_TOP;
  }

  #draw() {
    this.#room = Math.min(this.#room + DRAWN_EACH_TIME, DRAWN_AT_ONCE_MAX);
    if (!this.#held && this.live.pending.length > 0) {
      const entries = this.live.take(this.#room);
      this.#room = Math.max(0, this.#room - entries.length);
      if (entries.some((entry) => entry.gap)) this.#lastGap = Date.now();
      if (this.rows.prepend(entries)) this.#next = this.rows.oldest;
      announce(`New events: ${count(entries.reduce((sum, one) => sum + (one.gap ?? 1), 0))}.`);
      this.#drawEnd();
    }
    this.#drawState();
  }

  #drawState() {
    const { trouble, waiting, rate } = this.live;
    const pause = byId("pause");
    pause.dataset.state = trouble ? "trouble" : this.paused ? "paused" : "live";
    byId("pause-text").textContent = trouble ? "Reconnecting" : this.paused ? "Paused" : "Live";
    const newer = byId("newer");
    newer.hidden = !(this.#anchored || (this.#held && waiting > 0));
    const label = waiting > 0 ? `${counted(waiting, "new event")} ↑` : "To the newest ↑";
    if (newer.textContent !== label) newer.textContent = label;
    const state = byId("state");
    const sentence = this.#sentence(trouble, rate);
    if (state.textContent !== sentence) state.textContent = sentence;
  }

  #sentence(trouble, rate) {
    if (trouble) return "The program does not answer; this page tries again by itself.";
    const pace = rate < RATE_SAID_MIN ? "" : `About ${count(Math.round(rate))} events a second`;
    if (!this.#held && pace && Date.now() - this.#lastGap < SAID_MS) {
      return `${pace}: only some are drawn, all are stored.`;
    }
    if (this.#anchored) return "Older events.";
    if (this.paused) return "Nothing new is drawn; events are taken as ever.";
    return pace && `${pace}.`;
  }

  #drawEnd() {
    byId("end").replaceChildren(...this.#end());
  }

  #end() {
    if (this.#error) {
      return [element("p", { class: "error" }, this.#error.message),
        element("button", { type: "button", onclick: () => this.load(this.filters) }, "Try again")];
    }
    if (this.#searching) {
      const reached = this.#reached === null ? "" : ` Back to #${count(this.#reached)} so far.`;
      return [element("p", { class: "dim" }, `Searching …${reached} `),
        element("button", { type: "button", onclick: () => this.#halt() }, "Stop")];
    }
    if (this.#next !== null) {
      return [element("button", { type: "button", id: "older", onclick: () => this.#older() },
        "Older events")];
    }
    if (this.rows.size > 0) return [element("p", { class: "dim" }, "This is the oldest one.")];
    const filtered = Object.keys(this.filters).length > 0;
    return [element("p", { class: "dim" }, filtered ? "No event matches these filters."
      : "No event is in the journal.")];
  }

  #halt() {
    this.#asked.abort();
    this.#searching = false;
    this.live.open(this.filters, this.live.last);
    this.#drawEnd();
  }
}
