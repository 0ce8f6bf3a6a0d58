// The phone: the conversation as the customer sees it, and what they write.

import { at, el, post, tell, text, time } from "./dom.js";
import { card, sender } from "./customers.js";
import { Picture } from "./picture.js";
import { Voice, file, goOn } from "./voice.js";
import { PROGRESS, kind } from "./words.js";

/** How near to the end one counts as reading the newest message, in pixels. */
const NEAR = 80;

/** The button WhatsApp puts under a request for the customer's number. */
const NUMBER_REQUEST = "request_contact_info";

export class Phone {
  constructor() {
    this.customer = null;
    this.items = new Map();
    this.quote = null;
    const [form, box, conversation] = [at("composer"), at("text"), at("conversation")];
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.write();
    });
    box.addEventListener("keydown", (event) => {
      // While a word is being composed (an input method), Enter belongs to the composing.
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.write();
      } else if (event.key === "Escape") this.quoteNothing();
    });
    at("unquote").addEventListener("click", () => {
      this.quoteNothing();
      box.focus();
    });
    at("latest").addEventListener("click", () => this.toEnd());
    this.voice = new Voice((message) => this.say(message));
    const quoting = () => {
      const quotes = this.quote?.id ?? null;
      this.quoteNothing();
      return quotes;
    };
    new Picture((message) => this.say(message), quoting);
    this.staysAtEnd = true;
    conversation.addEventListener("scroll", () => {
      this.staysAtEnd = this.isAtEnd();
      at("latest").hidden = this.staysAtEnd;
    });
    // A keyboard that opens, or a line that appears, takes room from below.
    new ResizeObserver(() => this.staysAtEnd && this.toEnd()).observe(conversation);
  }

  /** Another customer's phone. */
  take(customer) {
    this.customer = customer;
    this.items.clear();
    at("messages").replaceChildren();
    at("phone").dir = customer.lang === "he" ? "rtl" : "ltr";
    at("text").value = "";
    this.quoteNothing();
    this.voice.take();
    this.typing(null);
    tell("refused", "");
    at("opening").hidden = true;
  }

  /** What the page was told of the phone. */
  show({ messages, typing_until: until }) {
    const atEnd = this.isAtEnd();
    const first = this.items.size === 0;
    // A conversation that is opened is not read out from its beginning.
    at("conversation").setAttribute("aria-busy", String(first));
    this.lay(messages);
    at("conversation").setAttribute("aria-busy", "false");
    this.opening(messages.length === 0);
    this.typing(until);
    const mine = messages.at(-1)?.mine;
    if (first || atEnd || mine) this.toEnd();
    else at("latest").hidden = this.isAtEnd();
  }

  /** Puts the messages in their order, touching only those that are new or changed. */
  lay(messages) {
    const list = at("messages");
    const known = new Map(messages.map((message) => [message.id, message]));
    for (const [id, item] of this.items) {
      if (!known.has(id)) {
        item.element.remove();
        this.items.delete(id);
      }
    }
    let before = null;
    for (const message of messages) {
      const told = JSON.stringify(message);
      let item = this.items.get(message.id);
      if (item?.told !== told) {
        const element = this.bubble(message, known.get(message.quotes));
        if (item) replace(item.element, element);
        item = { told, element };
        this.items.set(message.id, item);
      }
      const place = before ? before.nextSibling : list.firstChild;
      if (item.element !== place) list.insertBefore(item.element, place);
      before = item.element;
    }
  }

  bubble(message, quoted) {
    const label = kind(message.kind);
    const quote = message.quotes && text("blockquote", shortened(quoted?.text || "an earlier message"));
    return el(
      "li",
      { class: message.mine ? "mine" : "theirs" },
      el("span", { class: "hidden" }, message.mine ? `${this.customer.name}: ` : "The business: "),
      el(
        "div",
        { class: "bubble" },
        quote,
        label && el("p", { class: "kind" }, label),
        ...file(message),
        message.text && text("p", message.text, "said"),
        this.foot(message),
        message.reaction && this.reaction(message),
      ),
      !message.mine && this.quoteButton(message),
      message.refusal !== null && message.mine && this.refusal(message),
      message.buttons?.length > 0 && this.buttons(message),
    );
  }

  foot(message) {
    const foot = el("p", { class: "foot" }, message.edited && text("span", "edited"), time(message.at));
    if (message.mine) {
      const [sign, words] = PROGRESS[message.progress];
      foot.append(
        el("span", { class: `ticks ${message.progress}`, "aria-hidden": "true", title: words }, sign),
        el("span", { class: "hidden" }, `, ${words}`),
      );
    } else if (message.progress) foot.append(el("span", { class: "status" }, message.progress));
    return foot;
  }

  reaction(message) {
    return el("p", { class: "reaction" }, el("span", { class: "hidden" }, "Reaction: "), message.reaction);
  }

  quoteButton(message) {
    const choose = () => {
      this.quote = message;
      at("quoted").textContent = shortened(message.text);
      at("quoting").hidden = false;
      at("text").focus();
    };
    const name = `Quote: ${shortened(message.text, 40)}`;
    return el("button", { type: "button", class: "icon quote", "aria-label": name, title: "Quote", onclick: choose }, "↩");
  }

  buttons(message) {
    const button = ({ id, title }) =>
      el(
        "button",
        {
          type: "button",
          dir: "auto",
          class: message.tapped === id ? "tapped" : null,
          disabled: message.tapped !== null,
          onclick: (event) => {
            event.currentTarget.disabled = true;
            at("text").focus();
            const isRequest = id === NUMBER_REQUEST;
            const answer = isRequest ? { type: "contacts", body: card(this.customer) } : { button: { id, title } };
            this.say({ ...answer, quotes: message.id });
          },
        },
        title,
      );
    return el("div", { class: "replies", role: "group", "aria-label": "Answers" }, ...message.buttons.map(button));
  }

  refusal(message) {
    const why = message.refusal ? `the webhook answered ${message.refusal}` : "the webhook did not answer";
    const again = () => this.say({ id: message.id, text: message.text, quotes: message.quotes });
    return el(
      "p",
      { class: "refusal", dir: "ltr" },
      `Not delivered: ${why}. `,
      message.kind === "text" && el("button", { type: "button", onclick: again }, "Try again"),
    );
  }

  /** Sends what stands in the box. */
  async write() {
    // While a note is recorded the box says what is heard in it.
    if (this.voice.recorder) return this.voice.stop(true);
    const box = at("text");
    const words = box.value.trim();
    if (!words) return;
    const quotes = this.quote?.id ?? null;
    box.value = "";
    this.quoteNothing();
    const customer = this.customer;
    if (!(await this.say({ text: words, quotes })) && !box.value && customer === this.customer) box.value = words;
  }

  /** Says something as this customer. Whether the simulator took it; how the webhook took it shows on the bubble. */
  async say(message) {
    const given = Object.entries({ ...sender(this.customer), ...message }).filter(([, value]) => value !== null);
    try {
      tell("refused", "");
      await post("/say", Object.fromEntries(given));
      return true;
    } catch (error) {
      tell("refused", `Not sent. ${error.message}`);
      return false;
    }
  }

  quoteNothing() {
    this.quote = null;
    at("quoting").hidden = true;
  }

  /** An empty phone: something to begin with. */
  opening(isEmpty) {
    const place = at("opening");
    place.hidden = !isEmpty;
    if (!isEmpty || place.dataset.of === this.customer.name) return;
    place.dataset.of = this.customer.name;
    const opener = (words) => {
      const choose = () => {
        at("text").value = words;
        at("text").focus();
      };
      return el("button", { type: "button", dir: "auto", lang: this.customer.lang, onclick: choose }, words);
    };
    const hint = this.customer.openers.length ? "No messages yet. Begin with one of these, or your own:" : "No messages yet.";
    const { note } = this.customer;
    const speak = () => this.say({ media: { file: note } });
    const spoken = note && el("button", { type: "button", onclick: speak }, "🎤 A voice note");
    place.replaceChildren(el("p", { dir: "ltr" }, hint), ...this.customer.openers.map(opener), ...(spoken ? [spoken] : []));
  }

  typing(until) {
    clearTimeout(this.typingOver);
    const left = until ? new Date(until) - Date.now() : 0;
    at("typing").hidden = left <= 0;
    at("presence").classList.toggle("writing", left > 0);
    at("presence").textContent = left > 0 ? "writing…" : "WhatsApp";
    if (left > 0) this.typingOver = setTimeout(() => this.typing(null), left);
  }

  isAtEnd() {
    const view = at("conversation");
    return view.scrollHeight - view.scrollTop - view.clientHeight < NEAR;
  }

  toEnd() {
    const view = at("conversation");
    view.scrollTop = view.scrollHeight;
    at("latest").hidden = true;
  }
}

/** Puts the new element where the old one stands; whoever was on one of its buttons stays there. */
function replace(old, element) {
  const place = [...old.querySelectorAll("button")].indexOf(document.activeElement);
  goOn(old, element);
  old.replaceWith(element);
  element.querySelectorAll("button")[place]?.focus();
}

function shortened(words, most = 90) {
  const signs = [...words.replaceAll("\n", " ")];
  return signs.length > most ? `${signs.slice(0, most).join("")}…` : signs.join("");
}
