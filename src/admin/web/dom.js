// Builds the page's elements. Nothing here, and nothing anywhere on this page, reads text as HTML.

/**
 * An element with attributes and children. A child is a node, or anything else as text; what is
 * null or undefined is left out. `onclick` and the like are listeners.
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

export const byId = (id) => document.getElementById(id);

// Characters that are not seen, or that turn the direction of the text around them.
const UNSEEN = new RegExp("[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f" +
  "\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]", "g");

const escaped = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** Text from outside, with its unseen characters written as `\uXXXX`. */
export function visible(text) {
  return String(text).replace(UNSEEN, escaped);
}

/** The same for one line. */
export function visibleLine(text) {
  return visible(text).replace(/[\t\n]/g, escaped);
}

let announced = 0;
const QUIET_MS = 10000;

/** Tells a screen reader something; at most once in ten seconds unless it is for `now`. */
export function announce(text, now = false) {
  if (!now && Date.now() - announced < QUIET_MS) return;
  announced = Date.now();
  byId("announcer").textContent = text;
}
