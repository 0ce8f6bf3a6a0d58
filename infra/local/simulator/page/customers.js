// The customers one can write as: a few invented people, and those one adds. Their numbers belong to nobody.

import { HEBREW, at, el } from "./dom.js";

const INVENTED = [
  {
    phone: "972555000101",
    name: "יוסי כהן",
    lang: "he",
    note: "voice-he.ogg",
    openers: ["היי! קוראים לי יוסי כהן ואני מתל אביב", "כמה עולה תספורת גברים?", "אני רוצה לקבוע תור. אני מעדיף בוקר מוקדם"],
  },
  {
    phone: "972555000102",
    name: "Dana Levi",
    lang: "en",
    note: "voice-en.ogg",
    openers: ["Hi! My name is Dana Levi and I live in Haifa", "When are you open?", "I would like to book. I prefer mornings"],
  },
  {
    phone: "972555000103",
    name: "מיכל אברהם",
    lang: "he",
    openers: ["שלום, שמי מיכל אברהם, אני גרה בגבעתיים", "כמה עולה צבע לשיער?", "אני אלרגית לאמוניה"],
  },
  {
    bsuid: "US.10000000000000000104",
    // What they share when they are asked for it.
    number: "972555000104",
    username: "sam.taylor",
    name: "Sam Taylor",
    lang: "en",
    openers: ["Hi, my name is Sam Taylor", "How much is a beard trim?", "Actually I prefer evenings"],
  },
];

const ADDED = "zikaron customers";
const OWN_NUMBER = /^97255500\d{4}$/;

/** What tells a customer from the others, also in the page's address. */
export const key = (customer) => customer.phone || customer.bsuid;

/** How the simulator is told who it is. */
export const who = (customer) => (customer.phone ? { phone: customer.phone } : { bsuid: customer.bsuid });

/** How a message says whom it is from. */
export const sender = (customer) => ({
  ...(customer.phone ? { from: customer.phone } : { bsuid: customer.bsuid }),
  name: customer.name,
  ...(customer.username && { username: customer.username }),
});

/** The card that WhatsApp's own button sends: https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids */
export const card = ({ name, phone, number }) => [
  {
    origin: "contact_request",
    name: { formatted_name: name, first_name: name },
    phones: [{ phone: `+${phone || number}`, wa_id: phone || number, type: "CELL" }],
  },
];

export const spaced = (phone) => `+${phone.slice(0, 3)} ${phone.slice(3, 5)} ${phone.slice(5, 8)} ${phone.slice(8)}`;

function added() {
  try {
    const kept = JSON.parse(localStorage.getItem(ADDED) || "[]");
    return kept.filter((one) => OWN_NUMBER.test(one.phone) && typeof one.name === "string").map(made);
  } catch {
    return [];
  }
}

const made = ({ phone, name }) => ({ phone, name, lang: HEBREW.test(name) ? "he" : "en", openers: [] });

function keep(customer) {
  const others = added().filter((one) => one.phone !== customer.phone);
  try {
    localStorage.setItem(ADDED, JSON.stringify([...others, customer].map(({ phone, name }) => ({ phone, name }))));
  } catch {
    // A browser that keeps nothing: the customer lasts as long as the page.
  }
}

/** The row of customers. `chosen` is called with one whenever it changes, and once at the start. */
export class Customers {
  constructor(chosen) {
    this.chosen = chosen;
    this.all = [...INVENTED, ...added()];
    this.newcomer();
    window.addEventListener("hashchange", () => this.follow());
    this.follow();
  }

  /** The customer whom the page's address names, else the first. */
  follow() {
    const named = decodeURIComponent(location.hash.slice(1));
    if (OWN_NUMBER.test(named) && !this.all.some((one) => key(one) === named)) {
      this.all.push(made({ phone: named, name: spaced(named) }));
    }
    this.show(this.all.find((one) => key(one) === named) || this.all[0]);
  }

  show(customer) {
    const chips = this.all.map((one) => this.chip(one, one === customer));
    const held = document.activeElement?.name === "customer";
    at("customers").replaceChildren(...chips);
    const mine = at("customers").querySelector("input:checked");
    if (held) mine.focus();
    mine.closest("label").scrollIntoView({ block: "nearest", inline: "nearest" });
    this.chosen(customer);
  }

  chip(customer, checked) {
    const choose = () => (location.hash = encodeURIComponent(key(customer)));
    return el(
      "label",
      { class: "chip" },
      el("input", { type: "radio", name: "customer", value: key(customer), checked, onchange: choose }),
      el("span", { class: "avatar", "aria-hidden": "true" }, [...customer.name.trim()][0] || "?"),
      el(
        "span",
        {},
        el("bdi", { class: "who" }, customer.name),
        el("small", { dir: "ltr" }, customer.phone ? spaced(customer.phone) : "no phone number"),
      ),
    );
  }

  newcomer() {
    const [dialog, form] = [at("newcomer"), at("newcomer-form")];
    at("add").addEventListener("click", () => {
      form.reset();
      dialog.showModal();
    });
    at("newcomer-cancel").addEventListener("click", () => dialog.close());
    form.addEventListener("submit", () => {
      const customer = made({ phone: `97255500${at("newcomer-digits").value}`, name: at("newcomer-name").value.trim() });
      this.all = [...this.all.filter((one) => key(one) !== customer.phone), customer];
      keep(customer);
      if (location.hash === `#${customer.phone}`) this.show(customer);
      else location.hash = customer.phone;
    });
  }
}
