// Buttons that copy.

import { announce, element } from "./dom.js";

const SHOWN_MS = 1500;

// The clipboard's own interface is missing where the page came by plain HTTP from another machine.
function copyBySelection(text) {
  const area = element("textarea", { class: "unseen", "aria-hidden": "true" });
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** A button that copies what `text()` gives, and says so for a moment. */
export function copyButton(label, text) {
  const button = element("button", { type: "button", class: "small" }, label);
  button.addEventListener("click", async () => {
    const done = await copy(text());
    button.textContent = done ? "Copied" : "Not copied";
    button.focus();
    announce(done ? `${label}: copied.` : "The browser does not let this page copy.", true);
    setTimeout(() => { button.textContent = label; }, SHOWN_MS);
  });
  return button;
}
