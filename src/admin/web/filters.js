// The form of filters above the list.

import { byId, element } from "./dom.js";
import { FILTERS } from "./router.js";
import { STATUSES, TYPES } from "./types.js";

const TYPING_MS = 350;

const field = (label, control, name = "") =>
  element("label", { class: `field ${name}` }, element("span", {}, label), control);

const input = (name, attributes = {}) => element("input", {
  name, type: "search", autocomplete: "off", spellcheck: "false", autocapitalize: "off",
  ...attributes,
});

function choice(name, all, options) {
  return element("select", { name },
    element("option", { value: "" }, all),
    ...options.map(([value, text]) => element("option", { value }, text)));
}

// An input of a date gives the time of the browser's zone without saying so.
const toRfc3339 = (local) => (local ? new Date(local).toISOString() : "");

function toLocal(time) {
  const date = new Date(time);
  if (!time || Number.isNaN(date.getTime())) return "";
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60000);
  return local.toISOString().slice(0, 19);
}

/** Draws the form, and calls `changed(filters)` a moment after each change. */
export class Filters {
  #form;
  #more;
  #timer = null;

  constructor(changed) {
    this.#form = byId("filters");
    const time = { type: "datetime-local", step: 1 };
    this.#more = element("details", { class: "more" },
      element("summary", {}, "More filters"),
      element("div", { class: "more-fields" },
        field("Campaign", input("campaign", { placeholder: "id or part of its name" })),
        field("Event or message id", input("id")),
        field("Received from", input("since", time)),
        field("until", input("until", time))));
    this.clear = element("button", { type: "button", class: "plain clear", hidden: true },
      "Clear filters");
    this.#form.append(
      field("Text", input("text", { placeholder: "part of the body", id: "search" }), "wide"),
      field("Type", choice("type", "all types", TYPES.map((type) => [type, type]))),
      field("Status", choice("status", "any status", Object.entries(STATUSES))),
      field("User", input("user", { placeholder: "id or email" })),
      this.#more, this.clear);
    const tell = () => {
      clearTimeout(this.#timer);
      changed(this.value);
    };
    this.#form.addEventListener("submit", (event) => { event.preventDefault(); tell(); });
    this.#form.addEventListener("change", tell);
    this.#form.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(tell, TYPING_MS);
    });
    this.clear.addEventListener("click", () => changed({}));
  }

  get value() {
    const given = Object.fromEntries(new FormData(this.#form));
    given.since = toRfc3339(given.since);
    given.until = toRfc3339(given.until);
    return Object.fromEntries(FILTERS.map((name) => [name, given[name]?.trim()])
      .filter(([, value]) => value));
  }

  set value(filters) {
    clearTimeout(this.#timer);
    for (const name of FILTERS) {
      const control = this.#form.elements[name];
      let value = filters[name] ?? "";
      if (name === "since" || name === "until") value = toLocal(value);
      if (name === "type") this.#offer(control, value);
      if (control.value !== value) control.value = value;
    }
    const hidden = ["campaign", "id", "since", "until"].some((name) => filters[name]);
    if (hidden) this.#more.open = true;
    this.clear.hidden = Object.keys(filters).length === 0;
  }

  // A type that Vero has added is in no list; an address may name it all the same.
  #offer(select, type) {
    const offered = [...select.options].some((option) => option.value === type);
    if (!offered) select.append(element("option", { value: type }, type));
  }
}
