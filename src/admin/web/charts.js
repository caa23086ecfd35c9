// Events per minute or hour by type, as stacked bars drawn by uPlot.

import uPlot from "./vendor/uPlot.esm.js";
import * as api from "./api.js";
import { element, visibleLine } from "./dom.js";
import { count, counted } from "./format.js";
import { colourOf, TYPES } from "./types.js";

const HEIGHT = 220;
const AGAIN_MS = { hour: 15000, week: 60000 };
// Nobody has half an event.
const WHOLE_STEPS = [1, 10, 100, 1e3, 1e4, 1e5, 1e6].flatMap((by) => [by, 2 * by, 5 * by]);
const COUNTING_MS = 1000;
const SPANS = { hour: "Last hour", week: "Last 7 days" };

// uPlot paints on a canvas, which knows nothing of the style sheet's colours.
function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

const total = (values) => values.reduce((sum, value) => sum + value, 0);

/** Types that came at all, in the usual order, others behind them. */
function typesOf(rates) {
  const came = Object.keys(rates.types).filter((type) => total(rates.types[type]) > 0);
  const place = (type) => (TYPES.includes(type) ? TYPES.indexOf(type) : TYPES.length);
  return came.sort((one, other) => place(one) - place(other));
}

/** Each type's values on top of those before it; the highest first, so that lower ones cover it. */
export function stacked(rates, types) {
  const length = Math.max(1, ...Object.values(rates.types).map((values) => values.length));
  const times = Array.from({ length }, (_, at) => rates.from + at * rates.step);
  const sums = new Array(length).fill(0);
  const columns = types.map((type) => {
    rates.types[type].forEach((value, at) => { sums[at] += value; });
    return [...sums];
  });
  return [times, ...columns.reverse()];
}

function timeLabel(seconds, step) {
  const time = new Date(seconds * 1000);
  const midnight = step > 60 && time.getHours() === 0;
  return time.toLocaleString("en-GB", midnight ? { weekday: "short", day: "numeric" }
    : { hour: "2-digit", minute: "2-digit" });
}

function options(rates, types, width, moved) {
  const axis = {
    stroke: colour("muted"), font: "12px system-ui, sans-serif",
    grid: { stroke: colour("line"), width: 1 }, ticks: { show: false },
  };
  const bars = uPlot.paths.bars({ size: [0.8, 60], align: 1 });
  const end = rates.from + rates.step * Math.max(1, ...Object.values(rates.types).map(
    (values) => values.length));
  return {
    width, height: HEIGHT, legend: { show: false },
    cursor: { points: { show: false }, y: false, drag: { x: false, y: false } },
    scales: { x: { range: [rates.from, end] },
      y: { range: (_plot, _low, high) => [0, Math.max(high ?? 0, 4) * 1.1] } },
    axes: [
      { ...axis, size: 30, values: (_plot, splits) => splits.map((at) => timeLabel(at, rates.step)) },
      { ...axis, size: 56, incrs: WHOLE_STEPS, values: (_plot, splits) => splits.map(count) },
    ],
    series: [{}, ...[...types].reverse().map((type) => ({
      fill: colour(`type-${colourOf(type)}`), width: 0, paths: bars, points: { show: false },
    }))],
    hooks: { setCursor: [(plot) => moved(plot.cursor.idx)] },
  };
}

/** The picture with its switch and its legend; `start` and `stop` it with its page. */
export class Chart {
  #span = "hour";
  #rates = null;
  #plot = null;
  #timer = null;

  constructor() {
    this.place = element("div", { class: "plot", "aria-hidden": "true" });
    this.legend = element("ul", { class: "legend" });
    this.title = element("h2", {}, "");
    this.when = element("span", { class: "dim" });
    this.buttons = Object.entries(SPANS).map(([span, label]) => element("button",
      { type: "button", "data-span": span, onclick: () => this.#choose(span) }, label));
    this.root = element("section", { class: "card chart", "aria-label": "Events over time" },
      element("div", { class: "heading" }, this.title, this.when,
        element("div", { class: "switch", role: "group", "aria-label": "Time" }, this.buttons)),
      this.place, this.legend);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#draw());
    new ResizeObserver(() => this.#resize()).observe(this.place);
  }

  start() {
    this.stop();
    this.#ask();
  }

  stop() {
    clearTimeout(this.#timer);
    this.#timer = null;
  }

  #choose(span) {
    this.#span = span;
    this.#rates = null;
    this.start();
  }

  async #ask() {
    const span = this.#span;
    this.#drawTitle();
    this.#again(AGAIN_MS[span]);
    try {
      const rates = await api.rates(span);
      if (span !== this.#span || this.#timer === null) return;
      this.#rates = rates;
      this.#draw();
      if (rates.complete === false) this.#again(COUNTING_MS);
    } catch (error) {
      this.when.textContent = error.message;
    }
  }

  #again(milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), milliseconds);
  }

  #drawTitle() {
    this.title.textContent = this.#span === "hour" ? "Events per minute" : "Events per hour";
    for (const button of this.buttons) {
      button.setAttribute("aria-pressed", String(button.dataset.span === this.#span));
    }
  }

  #draw() {
    this.#plot?.destroy();
    this.#plot = null;
    if (this.#rates === null || this.place.clientWidth === 0) return;
    const types = typesOf(this.#rates);
    this.#plot = new uPlot(options(this.#rates, types, this.place.clientWidth,
      (at) => this.#drawLegend(types, at)), stacked(this.#rates, types), this.place);
    this.#drawLegend(types, null);
  }

  #resize() {
    if (this.#plot === null) this.#draw();
    else this.#plot.setSize({ width: this.place.clientWidth, height: HEIGHT });
  }

  // The legend says in words what the picture shows: the sums, or the values under the pointer.
  #drawLegend(types, at) {
    const { from, step, types: values } = this.#rates;
    const valueOf = (type) => (at === null || at === undefined ? total(values[type])
      : values[type][at] ?? 0);
    const sum = total(types.map(valueOf));
    const when = at === null || at === undefined ? SPANS[this.#span].toLowerCase()
      : new Date((from + at * step) * 1000).toLocaleString("en-GB",
        { weekday: "short", hour: "2-digit", minute: "2-digit" });
    this.when.textContent = `${counted(sum, "event")}, ${when}`;
    this.legend.replaceChildren(...types.map((type) => element("li", {},
      element("span", { class: "swatch", "data-type": colourOf(type) }), `${visibleLine(type)} `,
      element("b", {}, count(valueOf(type))))));
  }
}
