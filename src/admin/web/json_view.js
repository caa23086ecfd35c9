// A body as it came, with its JSON coloured, and the place of its error marked.

import { element, visible } from "./dom.js";

// Colouring more than this makes the browser slow; the rest is plain text.
const COLOURED_MAX = 200000;
// What is shown at all; the whole body can be copied.
const SHOWN_MAX = 2000000;

const TOKEN = /("(?:[^"\\]|\\.)*"?)(\s*:)?|-?\d[\d.eE+-]*|\b(?:true|false|null)\b|[{}[\],:]/g;

function kindOf(match) {
  const [text, string, colon] = match;
  if (string) return colon ? "key" : "string";
  if (/^[-\d]/.test(text)) return "number";
  if (/^[tfn]/.test(text)) return "word";
  return "mark";
}

function coloured(text) {
  const parts = [];
  let at = 0;
  for (const match of text.matchAll(TOKEN)) {
    if (match.index > at) parts.push(visible(text.slice(at, match.index)));
    const kind = kindOf(match);
    const token = kind === "key" ? match[1] : match[0];
    parts.push(element("span", { class: `json-${kind}` }, visible(token)));
    if (kind === "key") parts.push(match[2]);
    at = match.index + match[0].length;
  }
  parts.push(visible(text.slice(at)));
  return parts;
}

function pieces(text) {
  const shown = text.slice(0, SHOWN_MAX);
  const parts = coloured(shown.slice(0, COLOURED_MAX));
  if (shown.length > COLOURED_MAX) parts.push(visible(shown.slice(COLOURED_MAX)));
  if (text.length > SHOWN_MAX) parts.push(element("em", {}, " … the copy has all of it"));
  return parts;
}

/** The index in the text of a byte's offset in its UTF-8. */
export function indexOfByte(text, offset) {
  const bytes = new TextEncoder().encode(text).subarray(0, offset);
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes, { stream: true }).length;
}

/** "line 1, column 18", which an editor can be sent to. */
export function placeOf(text, index) {
  const before = text.slice(0, index).split("\n");
  return `line ${before.length}, column ${[...before.at(-1)].length + 1}`;
}

/** The body; `error` is the index of what is wrong in it, or null. */
export function jsonView(text, error = null) {
  const label = { class: "code", tabindex: 0, role: "region", "aria-label": "The body" };
  if (error === null) return element("pre", label, ...pieces(text));
  const character = String.fromCodePoint(text.codePointAt(error) ?? 32);
  const atEnd = error >= text.length;
  const mark = element("mark", { id: "error-place", class: "error-place" },
    atEnd ? "⟨end⟩" : visible(character).replace("\n", "⏎\n"));
  return element("pre", label, ...pieces(text.slice(0, error)), mark,
    ...(atEnd ? [] : pieces(text.slice(error + character.length))));
}

/** The same JSON with an indent; null if it is none. Numbers stay as they came. */
export function indented(text) {
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  let depth = 0;
  let made = "";
  const line = () => `\n${"  ".repeat(depth)}`;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g)) {
    if (token === "}" || token === "]") {
      depth -= 1;
      made = /[{[]\s*$/.test(made) ? made.trimEnd() + token : made + line() + token;
    } else if (token === "{" || token === "[") {
      depth += 1;
      made += token + line();
    } else {
      made += token === "," ? token + line() : token === ":" ? ": " : token;
    }
  }
  return made;
}
