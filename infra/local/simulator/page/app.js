// The page: who writes, and the stream of what is told of that customer.

import { at, tell } from "./dom.js";
import { Customers, who } from "./customers.js";
import { Call } from "./call.js";
import { Phone } from "./phone.js";
import { Memory } from "./memory.js";

/** How long a page whose stream was refused waits before it tries again. */
const AGAIN = 2000;

const phone = new Phone();
const call = new Call();
const memory = new Memory(() => (at("unseen").hidden = document.body.dataset.view === "memory"));
let stream = null;
let again = null;

function listen(customer) {
  clearTimeout(again);
  stream?.close();
  const mine = new EventSource(`/page/live?${new URLSearchParams(who(customer))}`);
  stream = mine;
  const on = (name, told) => mine.addEventListener(name, (event) => stream === mine && told(JSON.parse(event.data)));
  mine.onopen = () => linked(true);
  mine.onerror = () => {
    if (stream !== mine) return;
    linked(false);
    // A broken connection is taken up again by the browser, a refused one is not.
    if (mine.readyState === EventSource.CLOSED) again = setTimeout(() => listen(customer), AGAIN);
  };
  on("phone", (told) => phone.show(told));
  on("prompt", (told) => memory.prompts(told));
  on("memory", (told) => memory.show(told));
  on("about", (told) => {
    at("business").textContent = told.business || "The business";
    at("business-initial").textContent = [...(told.business || "B")][0];
    memory.business(told);
  });
}

function linked(yes) {
  tell("link", yes ? "" : "The simulator does not answer. Trying again…");
  document.body.classList.toggle("unlinked", !yes);
}

// A button and no link: the page's address names the customer.
at("skip").addEventListener("click", () => at("text").focus());

for (const button of document.querySelectorAll(".views button")) {
  button.addEventListener("click", () => {
    const { view } = button.dataset;
    document.body.dataset.view = view;
    for (const other of document.querySelectorAll(".views button")) other.setAttribute("aria-pressed", String(other === button));
    if (view === "memory") at("unseen").hidden = true;
    else phone.toEnd();
  });
}

new Customers((customer) => {
  phone.take(customer);
  call.take(customer);
  memory.take(customer);
  at("unseen").hidden = true;
  listen(customer);
});
