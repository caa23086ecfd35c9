// The one place that speaks with the program.

export class ApiError extends Error {
  constructor(status, code, detail) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

/** A number that JavaScript cannot hold exactly, digit for digit as it came. */
export class ExactNumber {
  constructor(text) {
    this.text = text;
  }

  toString() {
    return this.text;
  }
}

// Browsers that do not give the source of a number give the rounded one.
function exactly(_key, value, context) {
  if (typeof value !== "number" || !context?.source) return value;
  return String(value) === context.source ? value : new ExactNumber(context.source);
}

export const parseExactly = (text) => JSON.parse(text, exactly);

let csrf = null;
let refused = () => {};

/** Calls `listener(error)` whenever the program wants a login, or refuses the page's host. */
export function onRefused(listener) {
  refused = listener;
}

async function failure(response) {
  const problem = await response.json().catch(() => ({}));
  const detail = problem.detail ?? `The program answered with status ${response.status}.`;
  return new ApiError(response.status, problem.code ?? "unknown", detail);
}

async function ask(path, options = {}) {
  let response;
  try {
    response = await fetch(path, { credentials: "same-origin", cache: "no-store", ...options });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, "unreachable", "The program cannot be reached.");
  }
  if (response.ok) return response;
  const error = await failure(response);
  const forThePage = error.status === 401 || error.code === "wrong_host";
  if (path !== "/api/login" && forThePage) refused(error);
  throw error;
}

const post = (path, body) => ask(path, {
  method: "POST",
  headers: { "Content-Type": "application/json", ...(csrf ? { "X-CSRF-Token": csrf } : {}) },
  body: JSON.stringify(body),
});

/** The filters that are set, as a query; with more parameters. */
export function query(filters, more = {}) {
  const given = Object.entries({ ...filters, ...more })
    .filter(([, value]) => value !== "" && value !== null && value !== undefined);
  return new URLSearchParams(given).toString();
}

export async function session() {
  const answer = await (await ask("/api/session")).json();
  csrf = answer.csrf;
  return answer;
}

export const login = (token) => post("/api/login", { token });
export const logout = () => post("/api/logout", {});
export const overview = async () => (await ask("/api/overview")).json();
export const rates = async (span) => (await ask(`/api/rates?span=${span}`)).json();

export async function events(filters, before, limit, signal) {
  return (await ask(`/api/events?${query(filters, { before, limit })}`, { signal })).json();
}

export async function event(seq, signal) {
  return (await ask(`/api/events/${seq}`, { signal })).json();
}
