// The form that asks for a token of the admin port.

import * as api from "./api.js";
import { byId } from "./dom.js";

// Whether a log-out makes sense; the cookie itself is hidden from this page.
const REMEMBERED = "verohook-logged-in";

/** Shows the form until a token was right; then calls `done()`. */
export class Login {
  constructor(done) {
    this.form = byId("login-form");
    this.section = byId("login");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send(done);
    });
    const logout = byId("logout");
    logout.hidden = localStorage.getItem(REMEMBERED) === null;
    logout.addEventListener("click", async () => {
      await api.logout().catch(() => {});
      localStorage.removeItem(REMEMBERED);
      location.reload();
    });
  }

  show() {
    if (!this.section.hidden) return;
    this.section.hidden = false;
    byId("token").focus();
  }

  async #send(done) {
    const error = byId("login-error");
    error.hidden = true;
    try {
      await api.login(byId("token").value);
      localStorage.setItem(REMEMBERED, "yes");
      byId("token").value = "";
      byId("logout").hidden = false;
      this.section.hidden = true;
      done();
    } catch (problem) {
      error.textContent = problem.status === 401 ? "This is none of the tokens." : problem.message;
      error.hidden = false;
      byId("token").select();
    }
  }
}
