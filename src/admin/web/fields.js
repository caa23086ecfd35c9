// The typed form of an event: its documented line, member by member.

import { ExactNumber } from "./api.js";
import { element, visible } from "./dom.js";
import { counted, longTime } from "./format.js";
import { eventsAddress } from "./router.js";

// A body may have a hundred thousand members; they are all in the body below.
const MEMBERS_MAX = 300;

const LABELS = {
  id: "Event id", occurred_at: "Occurred", duplicate_of: "Duplicate of", message_id: "Message id",
  user_agent: "User agent", sender_ip: "Sender IP", erased: "Erased",
};

const GROUPS = {
  user: "User", campaign: "Campaign", bounce: "Bounce", changes: "Changes",
  trigger: "Triggered by", extra: "Also in the body",
};

// Shown elsewhere in the pane, or of no use to a reader.
const LEFT_OUT = new Set(["schema", "seq", "type", "problems", "received_at"]);

// A value that one can look for: where it stands, and the filter that finds it.
const FILTER_OF = {
  "user.id": "user", "user.email": "user", "campaign.id": "campaign", "campaign.name": "campaign",
  message_id: "id", id: "id",
};

const isTable = (value) =>
  typeof value === "object" && value !== null && !(value instanceof ExactNumber);
const isFlat = (value) => !isTable(value) || Object.keys(value).length === 0 ||
  (Array.isArray(value) && value.every((one) => !isTable(one)));
const faint = (text) => element("span", { class: "dim" }, text);

function shown(value, path) {
  if (isTable(value)) {
    const each = Object.values(value);
    return each.length === 0 ? faint(Array.isArray(value) ? "empty list" : "empty")
      : each.map((one) => element("span", { class: "tag" }, visible(one)));
  }
  if (value === null) return faint("null");
  if (value === "") return faint("empty text");
  const text = visible(value);
  if (FILTER_OF[path]) {
    return element("a", { href: eventsAddress({ [FILTER_OF[path]]: String(value) }),
      title: "Show all events with this" }, text);
  }
  if (path === "duplicate_of") {
    return element("a", { href: eventsAddress({}, Number(value)) }, `#${text}`);
  }
  if (path === "occurred_at") {
    return element("time", { datetime: value, title: text }, longTime(value));
  }
  return typeof value === "string" ? element("span", {}, text)
    : element("span", { class: "figure" }, text);
}

/** `[path, value]` of everything in a table that is no table itself. */
function* leaves(members, prefix = "") {
  for (const [name, value] of Object.entries(members)) {
    const path = prefix === "" ? name : `${prefix}.${name}`;
    if (isFlat(value)) yield [path, value];
    else yield* leaves(value, path);
  }
}

function list(members, group = "") {
  const all = [...leaves(members)];
  const some = all.slice(0, MEMBERS_MAX);
  const more = all.length - some.length;
  const made = element("dl", { class: "fields" }, some.flatMap(([path, value]) => [
    element("dt", {}, group === "" && LABELS[path] ? LABELS[path] : visible(path)),
    element("dd", {}, shown(value, group === "" ? path : `${group}.${path}`)),
  ]));
  return more > 0 ? [made, element("p", { class: "dim" },
    `${counted(more, "more member")} in the body below.`)] : [made];
}

/** Sections of the event's members. */
export function typedForm(event) {
  const single = {};
  const groups = [];
  for (const [name, value] of Object.entries(event)) {
    if (LEFT_OUT.has(name)) continue;
    if (GROUPS[name] && isTable(value)) groups.push([name, value]);
    else single[name] = value;
  }
  return element("div", { class: "typed" }, list(single), groups.map(([name, members]) =>
    element("section", {}, element("h3", {}, GROUPS[name]),
      Object.keys(members).length === 0 ? faint("empty") : list(members, name))));
}
