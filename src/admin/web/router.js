// What is shown stands in the address, so that it can be sent to a colleague:
// #/events?type=opened&user=12&open=123

export const FILTERS = ["type", "status", "user", "campaign", "text", "id", "since", "until"];

/** `{page, filters, open, before}` of the address. */
export function route() {
  const [page, search] = location.hash.replace(/^#\//, "").split("?");
  const parameters = new URLSearchParams(search ?? "");
  const filters = {};
  for (const name of FILTERS) {
    if (parameters.get(name)) filters[name] = parameters.get(name);
  }
  const number = (name) => {
    const value = parameters.get(name);
    return /^\d{1,16}$/.test(value ?? "") ? Number(value) : null;
  };
  return {
    page: page === "overview" || page === "guide" ? page : "events",
    filters,
    open: number("open"),
    before: number("before"),
  };
}

/** The address of the events with these filters, perhaps with one open. */
export function eventsAddress(filters = {}, open = null, before = null) {
  const parameters = new URLSearchParams();
  for (const name of FILTERS) {
    if (filters[name]) parameters.set(name, filters[name]);
  }
  if (before !== null) parameters.set("before", before);
  if (open !== null) parameters.set("open", open);
  const search = parameters.toString();
  return `#/events${search ? `?${search}` : ""}`;
}

export function go(address) {
  if (location.hash !== address) location.hash = address;
}
