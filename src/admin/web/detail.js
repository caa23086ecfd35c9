// One event, opened.

import * as api from "./api.js";
import { copyButton } from "./copy.js";
import { byId, element, visible, visibleLine } from "./dom.js";
import { bytes, count, counted, longTime } from "./format.js";
import { typedForm } from "./fields.js";
import { indented, indexOfByte, jsonView, placeOf } from "./json_view.js";
import { colourOf, STATUSES, STATUS_SENTENCES } from "./types.js";

const AGAIN_MS = 2000;
const SINK_STATES = { delivered: "Delivered", waiting: "Waiting", dead: "Dead letter" };

const section = (title, ...content) =>
  element("section", {}, element("h2", {}, title), ...content);

const pairs = (list) => element("dl", { class: "fields" }, list.flatMap(([name, value]) =>
  [element("dt", {}, visibleLine(name)), element("dd", {}, visible(value))]));

function bodySection(answer) {
  const { body, malformed } = answer;
  const wrong = malformed === null ? null : indexOfByte(body, malformed.offset ?? 0);
  const pretty = malformed === null ? indented(body) : null;
  const place = element("div", {}, jsonView(body, wrong));
  const buttons = [copyButton("Copy body", () => body)];
  if (pretty !== null) {
    const toggle = element("button", { type: "button", class: "small", "aria-pressed": "false" },
      "Indent");
    toggle.addEventListener("click", () => {
      const on = toggle.getAttribute("aria-pressed") !== "true";
      toggle.setAttribute("aria-pressed", String(on));
      place.replaceChildren(jsonView(on ? pretty : body));
    });
    buttons.unshift(toggle);
  }
  const title = element("div", { class: "heading" }, element("h2", {}, "Body as it came"),
    element("span", { class: "dim" }, bytes(answer.summary.bytes)), ...buttons);
  return element("section", {}, title, place);
}

function malformedSection({ body, malformed }) {
  if (malformed === null) return null;
  const offset = malformed.offset ?? 0;
  const place = placeOf(body, indexOfByte(body, offset));
  return element("section", { class: "callout bad" },
    element("h2", {}, "Not valid JSON"),
    element("p", {}, visibleLine(malformed.message)),
    element("p", {}, `At byte ${count(offset)} (${place}), `,
      element("button", { type: "button", class: "link", onclick: () => {
        byId("error-place").scrollIntoView({ block: "center" });
      } }, "marked below"), "."));
}

function problemsSection({ problems }) {
  if (problems.length === 0) return null;
  return element("section", { class: "callout" },
    element("h2", {}, counted(problems.length, "problem")),
    element("ul", {}, problems.map((problem) => element("li", {}, visible(problem)))));
}

function sinksSection(sinks) {
  if (sinks.length === 0) return [element("p", { class: "dim" }, "It goes to no sink.")];
  return [element("ul", { class: "sinks" }, sinks.map((sink) =>
    element("li", {}, element("span", { class: "sink-name" }, visibleLine(sink.name)),
      element("span", { class: "chip",
        "data-sink": SINK_STATES[sink.state] ? sink.state : "other" },
        SINK_STATES[sink.state] ?? visibleLine(sink.state)),
      sink.reason ? element("span", { class: "dim" }, visible(sink.reason)) : null)))];
}

function headersSection({ headers, remote, request_id: request }) {
  const origin = [["From", remote], ["Request id", request]].filter(([, value]) => value);
  const content = headers.length > 0 ? pairs(headers)
    : element("p", { class: "dim" }, "No header was kept.");
  return element("details", { class: "folded" },
    element("summary", {}, element("h2", {}, "Request"),
      element("span", { class: "dim" }, counted(headers.length, "header"))),
    pairs(origin), content);
}

function curlSection({ curl }) {
  return element("details", { class: "folded" },
    element("summary", {}, element("h2", {}, "As a curl command")),
    element("pre", { class: "code", tabindex: 0, role: "region", "aria-label": "curl command" },
      visible(curl)));
}

/** The pane. `closed()` is called when it wants to be closed, `step(1 or -1)` for a neighbour. */
export class Detail {
  #asked = null;
  #timer = null;

  constructor({ closed, step }) {
    this.root = byId("detail");
    this.seq = null;
    this.closed = closed;
    this.step = step;
  }

  close() {
    this.#asked?.abort();
    clearTimeout(this.#timer);
    this.seq = null;
    this.root.hidden = true;
    this.root.replaceChildren();
  }

  async open(seq) {
    this.close();
    this.seq = seq;
    this.root.hidden = false;
    this.root.scrollTop = 0;
    this.root.setAttribute("aria-label", `Event ${seq}`);
    this.root.replaceChildren(this.#head(seq), element("p", { class: "dim" }, "…"));
    this.root.focus({ preventScroll: true });
    this.#asked = new AbortController();
    try {
      const answer = await api.event(seq, this.#asked.signal);
      this.#draw(answer);
    } catch (error) {
      if (error.name === "AbortError") return;
      this.root.replaceChildren(this.#head(seq),
        element("p", { class: "error", role: "alert" }, visible(error.message)));
    }
  }

  #draw(answer) {
    const { summary, line } = answer;
    const status = STATUSES[summary.status] ? summary.status : "other";
    const sinks = element("div", {}, sinksSection(answer.sinks));
    this.root.replaceChildren(...[
      this.#head(summary.seq, summary),
      element("p", { class: "status" },
        element("span", { class: "chip", "data-status": status },
          STATUSES[summary.status] ?? visibleLine(summary.status)), " ",
        STATUS_SENTENCES[summary.status] ?? ""),
      element("p", { class: "dim" }, "Received ",
        element("time", { datetime: summary.received_at, title: summary.received_at },
          longTime(summary.received_at))),
      element("p", { class: "actions" },
        copyButton("Copy as curl", () => answer.curl),
        copyButton("Copy link", () => location.href)),
      malformedSection(answer),
      problemsSection(answer),
      line ? section("What it says", typedForm(api.parseExactly(line))) : null,
      bodySection(answer),
      section("Sinks", sinks),
      headersSection(answer),
      curlSection(answer),
    ].filter((part) => part !== null));
    this.#followSinks(summary.seq, answer.sinks, sinks);
  }

  // Where a sink stands changes by itself while it waits; all else of an event never changes.
  #followSinks(seq, sinks, place) {
    if (!sinks.some((sink) => sink.state === "waiting")) return;
    this.#timer = setTimeout(async () => {
      try {
        const answer = await api.event(seq, this.#asked.signal);
        place.replaceChildren(...sinksSection(answer.sinks));
        this.#followSinks(seq, answer.sinks, place);
      } catch (error) {
        if (error.name !== "AbortError") this.#followSinks(seq, sinks, place);
      }
    }, AGAIN_MS);
  }

  #head(seq, summary = null) {
    const button = (text, label, action, key) => element("button",
      { type: "button", class: "icon", "aria-label": label, title: `${label} (${key})`,
        onclick: action }, text);
    const type = summary === null ? [] : [element("span",
      { class: "type", "data-type": colourOf(summary.type) },
      summary.type === null ? "no type" : visibleLine(summary.type))];
    return element("header", { class: "detail-head" },
      element("h1", {}, ...type, element("span", { class: "dim" }, ` #${count(seq)}`)),
      button("↑", "Newer event", () => this.step(-1), "["),
      button("↓", "Older event", () => this.step(1), "]"),
      button("✕", "Close", () => this.closed(), "Esc"));
  }
}
