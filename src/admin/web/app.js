// Starts the page, and decides which of its parts is seen.

import * as api from "./api.js";
import { Detail } from "./detail.js";
import { byId } from "./dom.js";
import { EventsView } from "./events.js";
import { Filters } from "./filters.js";
import { Guide } from "./guide.js";
import { Login } from "./login.js";
import { Overview } from "./overview.js";
import { eventsAddress, go, route } from "./router.js";

const OVERVIEW_MS = 5000;
const FIRST_EVENT_MS = 500;

class App {
  #loaded = null;
  #empty = null;
  #webhook = null;
  #timer = null;

  constructor() {
    this.login = new Login(() => this.start());
    this.guide = new Guide();
    this.overview = new Overview();
    this.events = new EventsView({ refused: () => api.session().catch(() => {}) });
    this.filters = new Filters((filters) => go(eventsAddress(filters, this.detail.seq)));
    this.detail = new Detail({ closed: () => this.#closeDetail(), step: (by) => this.#step(by) });
    api.onRefused((error) => this.#refused(error));
    addEventListener("hashchange", () => this.#show());
    addEventListener("keydown", (event) => this.#key(event));
    addEventListener("click", (event) => this.#clicked(event));
    byId("skip").addEventListener("click", (event) => {
      event.preventDefault();
      byId("main").focus();
    });
  }

  async start() {
    try {
      const session = await api.session();
      byId("redacted").hidden = !session.redacted;
      byId("pages").hidden = byId("top-end").hidden = false;
      byId("message").hidden = true;
      await this.#ask();
    } catch (error) {
      if (error.status !== 401) this.#say(error.message);
    }
  }

  #say(text) {
    byId("message").textContent = text;
    byId("message").hidden = false;
  }

  #refused(error) {
    clearTimeout(this.#timer);
    this.events.stop();
    this.#loaded = null;
    for (const id of ["guide", "events", "overview", "pages", "top-end"]) byId(id).hidden = true;
    if (error.status === 401) this.login.show();
    else this.#say(error.message);
  }

  // Asked on and on: whether all is well, and at first whether anything has come at all.
  async #ask() {
    clearTimeout(this.#timer);
    const seen = this.events.newest;
    try {
      const overview = await api.overview();
      this.#webhook = overview.webhook;
      this.overview.draw(overview);
      // A journal that ends before what was seen is another one.
      if (overview.journal.newest < seen) this.#loaded = null;
      await this.#first(overview.journal);
      this.#show();
    } catch (error) {
      if (error.status === 401 || error.code === "wrong_host") return;
      this.overview.unreachable();
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), this.#empty ? FIRST_EVENT_MS : OVERVIEW_MS);
  }

  async #first(journal) {
    const empty = journal.events === 0;
    if (this.#empty === true && !empty) {
      const { events } = await api.events({}, null, 1);
      if (events.length > 0) this.guide.arrive(events[0]);
    }
    this.#empty = empty;
  }

  #show() {
    if (this.#empty === null || !byId("login").hidden) return;
    const { page, filters, open, before } = route();
    // The guide stays after the first event until its reader goes on.
    const guided = page === "events" && open === null &&
      (this.#empty || (this.guide.arrived && !this.guide.finished));
    if (guided) this.guide.show(this.#webhook);
    else this.guide.hide();
    byId("events").hidden = page !== "events" || guided;
    if (page === "overview") this.overview.show();
    else this.overview.hide();
    for (const link of document.querySelectorAll("[data-page]")) {
      if (link.dataset.page === page) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    document.title = page === "overview" ? "Overview – verohook" : "verohook";
    if (page === "events" && !guided) this.#showEvents(filters, open, before);
  }

  #showEvents(filters, open, before) {
    const wanted = JSON.stringify([filters, before]);
    if (wanted !== this.#loaded) {
      this.#loaded = wanted;
      this.filters.value = filters;
      this.events.load(filters, before);
    }
    if (open === this.detail.seq) return;
    const closed = this.detail.seq;
    this.events.rows.select(open);
    byId("events").toggleAttribute("data-open", open !== null);
    if (open !== null) {
      this.detail.open(open);
    } else {
      this.detail.close();
      this.events.rows.focus(closed);
    }
  }

  #closeDetail() {
    go(this.events.address(null));
  }

  #step(by) {
    const next = this.events.rows.neighbour(this.detail.seq, by);
    if (next !== null) go(this.events.address(next));
  }

  // A link to where one already is changes no address, and yet leaves the guide.
  #clicked(event) {
    if (!this.guide.arrived || !event.target.closest("a[href^='#/']")) return;
    this.guide.finished = true;
    setTimeout(() => this.#show());
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || byId("events").hidden) return;
    if (event.key === "Escape" && this.detail.seq !== null) this.#closeDetail();
    if (event.target.closest("input, select, textarea")) return;
    if (event.key === "/") {
      event.preventDefault();
      byId("search").focus();
    }
    if (this.detail.seq !== null && event.key === "[") this.#step(-1);
    if (this.detail.seq !== null && event.key === "]") this.#step(1);
    if (event.key === " " && !event.target.closest("button, summary, aside")) {
      event.preventDefault();
      this.events.pause(!this.events.paused);
    }
  }
}

new App().start();
