// The types and the states that events have, in Vero's words and in this page's.

export const TYPES = ["sent", "delivered", "opened", "clicked", "converted", "bounced", "failed",
  "complained", "unsubscribed", "resubscribed", "user_created", "user_updated"];

const known = new Set(TYPES);

/** The name under which the style sheet knows a type's colour. */
export const colourOf = (type) => (known.has(type) ? type : "other");

export const STATUSES = {
  accepted: "Accepted",
  duplicate: "Duplicate",
  unrecognized: "Unrecognized",
  malformed: "Malformed",
  test: "Test",
  erased: "Erased",
  damaged: "Damaged",
};

export const STATUS_SENTENCES = {
  accepted: "Stored; each sink that wants it gets it.",
  duplicate: "The same event came before. It is stored; sinks leave it out unless told to keep it.",
  unrecognized: "A type that verohook does not know. It is stored and delivered all the same.",
  malformed: "No JSON object. It is stored as it came, and goes to no sink.",
  test: "A test event of “verohook doctor”. It goes to no sink.",
  erased: "The person it was about was erased; nothing else is left of it.",
  damaged: "Its record in the journal cannot be read.",
};
