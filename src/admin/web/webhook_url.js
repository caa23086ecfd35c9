// The URL that is given to Vero.

import { copyButton } from "./copy.js";
import { element, visibleLine } from "./dom.js";

const MASK = "••••••••";

// The program tells its secrets to nobody, this page included: who has one completes the URL here.
function secretField(changed) {
  const input = element("input", {
    type: "password", autocomplete: "off", spellcheck: "false", autocapitalize: "off",
    placeholder: "one of auth.secrets", oninput: changed,
  });
  const toggle = element("button", { type: "button", "aria-pressed": "false" }, "Show");
  toggle.addEventListener("click", () => {
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    toggle.setAttribute("aria-pressed", String(shown));
    changed();
  });
  return { input, toggle };
}

/** The URLs to choose from, with what is to be known of them. */
export function webhookUrl({ urls, needs_secret: needsSecret }) {
  const codes = urls.map(() => element("code", {}));
  let secret = "";
  const full = (url, end) => (needsSecret ? `${url}/${end}` : url);
  const changed = () => {
    secret = field.input.value.trim();
    const masked = field.input.type === "password" ? MASK : visibleLine(secret);
    urls.forEach((url, at) => {
      codes[at].textContent = full(visibleLine(url), secret === "" ? "SECRET" : masked);
    });
  };
  const field = secretField(changed);
  changed();
  return element("div", { class: "urls" },
    needsSecret ? element("div", { class: "secret" },
      element("label", { class: "field" }, element("span", {},
        "Secret (it does not leave this page)"), field.input), field.toggle) : null,
    urls.map((url, at) => element("div", { class: "url" }, codes[at], copyButton("Copy URL",
      () => full(url, secret === "" ? "SECRET" : encodeURIComponent(secret))))),
    element("p", { class: "dim" }, "Vero must reach it from the internet: put your public host ",
      "name, or that of the proxy before verohook, in the place of this address."));
}
