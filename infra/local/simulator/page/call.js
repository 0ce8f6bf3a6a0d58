// A call from this phone: what was said on it, told to the business as its provider tells it.

import { at, post, tell } from "./dom.js";

/** Something to begin with. */
const SAID = {
  he: "> שלום, איך אפשר לעזור?\nהיי, מעכשיו נוח לי רק בערב",
  en: "> Hello, how can I help?\nHi, evenings suit me better from now on",
};

export class Call {
  constructor() {
    this.customer = null;
    const dialog = at("calling");
    at("call").addEventListener("click", () => {
      at("calling-lines").value = SAID[this.customer.lang] ?? SAID.en;
      dialog.showModal();
    });
    at("calling-cancel").addEventListener("click", () => dialog.close());
    at("calling-form").addEventListener("submit", () => this.place(at("calling-lines").value));
  }

  take(customer) {
    this.customer = customer;
    at("call").disabled = !customer.phone;
    at("call").title = customer.phone ? "Place a call" : "This customer has no phone number to call from";
    tell("called", "");
  }

  async place(said) {
    const customer = this.customer;
    const provider = at("calling-provider").value;
    const lines = turns(said);
    tell("refused", "");
    tell("called", "On the phone…");
    let trouble = "";
    try {
      const { statuses } = await post("/call", { from: customer.phone, provider, lines });
      const refused = statuses.find((status) => status !== 200);
      if (refused !== undefined) trouble = refused ? `the webhook answered ${refused}` : "the webhook did not answer";
    } catch (error) {
      trouble = error.message;
    }
    if (customer !== this.customer) return;
    tell("called", trouble ? "" : "The call is over, and the business was told what was said.");
    tell("refused", trouble && `The call could not be told of: ${trouble}`);
  }
}

/** A turn a line; of the agent, where it begins with ">". */
function turns(said) {
  const lines = said.split("\n").map((line) => line.trim()).filter((line) => line && line !== ">");
  return lines.map((line) =>
    line.startsWith(">") ? { speaker: "agent", text: line.slice(1).trim() } : { speaker: "customer", text: line },
  );
}
