// What comes in, as it comes: the server's stream, and how much of it is drawn.

import { query } from "./api.js";

// More than this are not kept for drawing; the rest is counted.
const PENDING_MAX = 200;
// The stream's answers end often and are asked for again at once, so a single error says nothing.
const TROUBLE_MS = 2000;
const AGAIN_MS = 2000;
const RATE_MS = 4000;

/**
 * The newest `limit` of the pending entries, oldest first. An entry is a summary or a gap,
 * `{gap: count}`; what is left out becomes one gap before the others.
 */
export function sample(pending, limit) {
  if (pending.length <= limit) return pending;
  const left = pending.slice(0, pending.length - limit);
  const gap = left.reduce((sum, entry) => sum + (entry.gap ?? 1), 0);
  return [{ gap }, ...pending.slice(-limit)];
}

/** One stream after the other; calls `changed()` when something came or the connection changed. */
export class Live {
  #source = null;
  #timer = null;
  #filters = {};
  #failingSince = null;
  #arrivals = [];

  constructor({ changed, refused }) {
    this.changed = changed;
    this.refused = refused;
    this.pending = [];
    this.last = 0;
    this.trouble = false;
  }

  /** How many wait to be drawn, gaps included. */
  get waiting() {
    return this.pending.reduce((sum, entry) => sum + (entry.gap ?? 1), 0);
  }

  /** Events a second over the last seconds. */
  get rate() {
    const since = Date.now() - RATE_MS;
    this.#arrivals = this.#arrivals.filter(([at]) => at > since);
    return this.#arrivals.reduce((sum, [, count]) => sum + count, 0) / (RATE_MS / 1000);
  }

  open(filters, after) {
    this.close();
    this.#filters = filters;
    this.last = after;
    this.pending = [];
    this.#arrivals = [];
    this.#connect();
  }

  close() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
    this.#failingSince = null;
    this.trouble = false;
  }

  /** The pending entries, which are pending no more. */
  take(limit) {
    const taken = sample(this.pending, limit);
    this.pending = [];
    return taken;
  }

  #connect() {
    const source = new EventSource(`/api/stream?${query(this.#filters, { after: this.last })}`);
    this.#source = source;
    source.addEventListener("open", () => this.#well());
    source.addEventListener("event", (message) => {
      const summary = JSON.parse(message.data);
      this.last = Math.max(this.last, summary.seq);
      this.#add(summary, 1);
    });
    source.addEventListener("skipped", (message) => {
      const { count } = JSON.parse(message.data);
      if (count > 0) this.#add({ gap: count }, count);
    });
    source.addEventListener("error", () => this.#failed(source));
  }

  #add(entry, count) {
    this.pending.push(entry);
    this.#arrivals.push([Date.now(), count]);
    if (this.pending.length > PENDING_MAX * 2) this.pending = sample(this.pending, PENDING_MAX);
    this.changed();
  }

  #well() {
    this.#failingSince = null;
    if (!this.trouble) return;
    this.trouble = false;
    this.changed();
  }

  #failed(source) {
    if (source !== this.#source) return;
    this.#failingSince ??= Date.now();
    const closed = source.readyState === EventSource.CLOSED;
    const long = Date.now() - this.#failingSince >= TROUBLE_MS;
    if ((closed || long) && !this.trouble) {
      this.trouble = true;
      this.changed();
    }
    // A browser gives up for good after an answer that is no stream, such as a 401 or a 503.
    if (closed) {
      this.refused();
      this.#timer = setTimeout(() => this.#connect(), AGAIN_MS);
    }
  }
}
