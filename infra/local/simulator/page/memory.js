// The memory: what the business remembers of the customer, what is under way, and what the model was told.

import { at, el, post, tell, text, time } from "./dom.js";
import { who } from "./customers.js";
import { CHANNELS, CONFIDENCE, NOTES, OFFERS, REASONS, SOURCES, clock, field } from "./words.js";

/** The product's own fields in their order; what a business adds follows. */
const ORDER = ["name", "city", "service_interest", "preferences", "notes"];

export class Memory {
  constructor(changed) {
    this.changed = changed;
    this.customer = null;
    this.about = null;
    at("mode-change").addEventListener("click", () => {
      const mode = this.view?.mode === "human" ? "ai" : "human";
      this.ask("/page/mode", { mode }, "");
    });
    at("close-now").addEventListener("click", () => this.ask("/page/close", {}, "Asked for: it closes as soon as no answer is under way."));
    setInterval(() => this.countDown(), 1000);
  }

  /** Another customer's memory. */
  take(customer) {
    this.customer = customer;
    this.view = null;
    this.shown = new Map();
    this.drawn = null;
    at("memory-name").textContent = customer.name;
    for (const id of ["profile", "summary", "notes", "changes", "prompt-reply-text", "prompt-digest-text"]) at(id).replaceChildren();
    for (const id of ["why", "prompt-reply", "prompt-digest"]) at(id).hidden = true;
    for (const id of ["memory-error", "asked", "memory-last"]) tell(id, "");
    at("news").textContent = "";
    this.now(null);
  }

  business(about) {
    this.about = about;
    at("memory-off").hidden = about.remembers !== false;
    if (this.view) this.rest(this.view);
  }

  /** What the page was told of the memory. */
  show(view) {
    tell("memory-error", view.error && `The memory cannot be read right now. ${view.error}`);
    if (view.error) return;
    const before = this.view;
    this.view = view;
    this.now(view);
    this.rest(view);
    if (before) this.tellNews(before, view);
  }

  rest(view) {
    const last = view.last_interaction_at;
    at("memory-last").replaceChildren(...(last ? ["Last interaction ", time(last), `, ${CHANNELS[view.last_channel] || ""}`] : []));
    at("memory-last").hidden = !last;
    this.part("profile", [view.profile, this.about], () => this.profile(view.profile || {}));
    this.part("summary", [view.last_summary, view.summary_updated_at], () => this.summary(view));
    this.part("notes", view.notes, () => this.notes(view.notes || []));
    this.part("changes", view.changes, () => this.changes(view.changes || []));
  }

  /** Draws a part anew if what it shows is another than before. */
  part(id, value, draw) {
    const told = JSON.stringify(value ?? null);
    if (this.shown.get(id) === told) return;
    this.shown.set(id, told);
    at(id).replaceChildren(...draw());
  }

  // What is under way.

  now(view) {
    const human = view?.mode === "human";
    at("mode").textContent = human ? "A person" : "The AI";
    at("mode").classList.toggle("human", human);
    at("mode-change").textContent = human ? "Hand back to the AI" : "Take over";
    at("mode-change").disabled = !view?.known;
    at("close-now").disabled = !view?.session;
    if (!view?.session) tell("asked", "");
    this.countDown();
  }

  countDown() {
    const session = this.view?.session;
    const left = session ? (new Date(session.closes_at) - Date.now()) / 1000 : 0;
    at("session").textContent = this.progress(session, left);
    at("countdown").hidden = !session;
    if (session) {
      at("countdown").max = session.idle_seconds;
      at("countdown").value = Math.max(0, Math.min(left, session.idle_seconds));
    }
  }

  progress(session, left) {
    if (session) return left > 0 ? `Open, closes in ${clock(left)}` : "Silent long enough, closing…";
    if (this.view?.failed_digests) return `Closed; summing it up failed ${this.view.failed_digests}×, it is tried again`;
    if (this.view?.digesting) return "Closed, being summed up…";
    return "None open";
  }

  async ask(path, more, done) {
    const customer = this.customer;
    tell("asked", "");
    try {
      await post(path, { ...who(customer), ...more });
      if (customer === this.customer) tell("asked", done);
    } catch (error) {
      if (customer === this.customer) tell("asked", error.message);
    }
  }

  // What is remembered.

  profile(fields) {
    const before = this.drawn;
    this.drawn = fields;
    const names = inOrder(fields);
    if (!names.length) return [el("p", { class: "empty" }, this.nothingYet())];
    const isFresh = (name) => before !== null && before[name]?.value !== fields[name].value;
    const row = (name) => el("div", {}, el("dt", {}, field(name)), this.value(fields[name], isFresh(name)));
    return [el("dl", {}, ...names.map(row))];
  }

  nothingYet() {
    const idle = this.about?.idle_seconds;
    const silence = idle ? (idle < 120 ? `${idle} seconds` : `${Math.round(idle / 60)} minutes`) : "some time";
    return `Nothing yet. When the conversation has been silent for ${silence}, or is closed by hand, what the customer said about themselves appears here.`;
  }

  empty({ source, suggestions }) {
    if (source === "manual") return "removed by staff";
    return suggestions?.length ? "nothing certain yet" : "taken back by the customer";
  }

  value(held, isFresh) {
    const offer = ({ value, taken_back, reason, source }) =>
      el(
        "p",
        { class: "suggestion" },
        `${OFFERS[source] || source}: `,
        value === null ? "to remove it, for the customer took it back" : text("bdi", value),
        value && taken_back && [", for the customer took back ", text("bdi", taken_back)],
        el("span", { class: "origin" }, REASONS[reason] || reason),
      );
    return el(
      "dd",
      { class: isFresh ? "fresh" : null },
      el("p", { class: "value" }, held.value === null ? this.empty(held) : text("bdi", held.value)),
      origin(held),
      held.previous_value && el("p", { class: "origin" }, "before: ", text("bdi", held.previous_value)),
      ...(held.suggestions || []).map(offer),
    );
  }

  summary(view) {
    if (!view.last_summary) return [el("p", { class: "empty" }, "None yet.")];
    const lines = view.last_summary.split("\n").filter((line) => line.trim());
    const origin = el("p", { class: "origin" }, `${CHANNELS[view.summary_channel] || ""}, written `, time(view.summary_updated_at));
    return [el("div", { class: "lines" }, ...lines.map((line) => text("p", line))), origin];
  }

  notes(notes) {
    if (!notes.length) return [el("p", { class: "empty" }, "None yet.")];
    const note = ({ kind, at: stamp, text: words }) => {
      const lines = words.split("\n").filter((line) => line.trim());
      const rest = lines.slice(1).join("\n");
      const origin = el("p", { class: "origin" }, `${NOTES[kind] || kind}, `, time(stamp));
      if (!rest) return el("li", {}, text("p", words), origin);
      return el("li", {}, el("details", {}, text("summary", lines[0]), text("p", rest, "text")), origin);
    };
    return [el("ol", { class: "notes" }, ...notes.map(note))];
  }

  changes(changes) {
    at("why").hidden = !changes.length;
    at("why-count").textContent = `${changes.length} ${changes.length === 1 ? "change" : "changes"} weighed`;
    const change = ({ field: name, new: value, accepted, reason, source, at: stamp }) =>
      el(
        "li",
        {},
        el("span", { class: accepted ? "verdict taken" : "verdict" }, accepted ? "taken" : "not taken"),
        el("span", {}, `${field(name)}: `, value === null ? "removed" : text("bdi", value)),
        el("span", { class: "origin" }, `${REASONS[reason] || reason} · ${SOURCES[source] || source}, `, time(stamp)),
      );
    return [el("ol", { class: "changes" }, ...changes.map(change))];
  }

  tellNews(before, view) {
    const names = inOrder(view.profile || {}).filter((name) => before.profile?.[name]?.value !== view.profile[name].value);
    const parts = names.map(field);
    if ((before.last_summary ?? null) !== (view.last_summary ?? null)) parts.push("summary");
    if (JSON.stringify(before.notes ?? []) !== JSON.stringify(view.notes ?? [])) parts.push("notes");
    if (!parts.length) return;
    at("news").textContent = `Memory changed: ${parts.join(", ")}`;
    this.changed();
  }

  // What the model was told.

  prompts({ reply, digest }) {
    this.prompt("prompt-reply", reply);
    this.prompt("prompt-digest", digest);
  }

  prompt(id, request) {
    const elsewhere = this.about && !this.about.is_offline;
    at(id).hidden = !request && !elsewhere;
    at(`${id}-at`).replaceChildren(...(request ? [time(request.at)] : []));
    this.part(`${id}-text`, [request, elsewhere], () => {
      if (!request) return [el("p", { class: "empty" }, `The model is ${this.about?.model}: its prompts do not pass through the simulator.`)];
      const part = (role, words) => [el("h4", {}, role), el("pre", { dir: "auto", tabindex: "0", "aria-label": role }, words)];
      const told = request.messages.flatMap(({ role, content }) => part(role, typeof content === "string" ? content : JSON.stringify(content)));
      return [...told, ...part(`answer of ${request.model}`, request.answer)];
    });
  }
}

function inOrder(fields) {
  const place = (name) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  return Object.keys(fields).sort((a, b) => place(a) - place(b) || a.localeCompare(b));
}

function origin({ source, confidence, heard, updated_at: stamp }) {
  const dots = el("span", { class: `dots ${confidence}`, "aria-hidden": "true" }, CONFIDENCE[confidence] || "");
  const how = heard ? ", heard in a voice note" : "";
  return el("p", { class: "origin" }, `${SOURCES[source] || source}${how} · `, dots, ` ${confidence}`, el("span", { class: "hidden" }, " confidence"), " · ", time(stamp));
}
