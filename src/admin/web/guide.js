// What an empty journal shows: how the first event comes here.

import { byId, element, visibleLine } from "./dom.js";
import { longTime } from "./format.js";
import { eventsAddress } from "./router.js";
import { webhookUrl } from "./webhook_url.js";

/** Draws the guide, and turns its indicator green with the first event. */
export class Guide {
  #drawn = false;

  constructor() {
    this.root = byId("guide");
    this.arrived = false;
    this.finished = false;
  }

  show(webhook) {
    this.root.hidden = false;
    if (this.#drawn) return;
    this.#drawn = true;
    this.indicator = element("p", { class: "waiting", role: "status" },
      element("span", { class: "dot" }), element("span", {}, "Waiting for the first event …"));
    this.root.replaceChildren(
      element("h1", { id: "guide-title" }, "Let Vero’s webhooks arrive here"),
      element("p", {}, "Nothing has come yet. Three steps, and you will see it here at once:"),
      element("ol", { class: "steps" },
        element("li", {}, element("h2", {}, "Copy the URL"), webhookUrl(webhook)),
        element("li", {}, element("h2", {}, "Paste it into Vero"),
          element("p", {}, "In Vero’s settings, under Webhooks (or Integrations), ",
            "add a webhook with this URL and choose the events that you want.")),
        element("li", {}, element("h2", {}, "Press “Test URL”"),
          element("p", {}, "Vero sends an example, and this turns green:"), this.indicator)));
  }

  hide() {
    this.root.hidden = true;
  }

  /** The first event has come. */
  arrive(summary) {
    if (this.arrived || !this.#drawn) return;
    this.arrived = true;
    const type = summary.type === null ? "event without a type" : visibleLine(summary.type);
    const sentence = summary.status === "malformed"
      ? "Something reached you, though it is no JSON object."
      : "Vero’s Test URL reached you.";
    this.indicator.classList.add("good");
    this.indicator.lastElementChild.textContent = sentence;
    this.indicator.after(element("p", { class: "first" },
      element("span", {}, `#${summary.seq} · ${type} · ${longTime(summary.received_at)} `),
      element("a", { class: "button primary", href: eventsAddress({}, summary.seq) }, "Look at it"),
      element("a", { class: "button", href: eventsAddress() }, "All events")));
  }
}
