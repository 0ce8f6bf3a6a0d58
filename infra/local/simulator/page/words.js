// What the product's own words are in English.

/** What stands for a message that is no text. */
export const KINDS = {
  image: "📷 Photo",
  video: "🎬 Video",
  audio: "🎤 Voice message",
  document: "📄 Document",
  sticker: "🏷️ Sticker",
  location: "📍 Location",
  contacts: "👤 Contact",
  order: "🛒 Order",
  reaction: "Reaction",
  edit: "Edited a message",
  revoke: "Deleted a message",
  revoked: "🚫 Deleted message",
  call_missed: "📞 Missed call",
  system: "Changed number",
  unsupported: "A message WhatsApp does not pass on",
};

/** What needs no label: the text says it all. */
const PLAIN = new Set(["text", "interactive", "button"]);

export const kind = (name) => (PLAIN.has(name) ? "" : KINDS[name] || name.replaceAll("_", " "));

export const PROGRESS = {
  on_its_way: ["◷", "on its way to the webhook"],
  delivered: ["✓✓", "delivered to the webhook"],
  read: ["✓✓", "read"],
  refused: ["!", "not delivered"],
};

export const SOURCES = {
  manual: "entered by staff",
  customer: "given by the customer",
  import: "imported",
  ai_extraction: "read by the AI",
};

/** Who offers a value that does not stand. */
export const OFFERS = {
  manual: "Staff suggest",
  customer: "The customer suggests",
  import: "An import suggests",
  ai_extraction: "The AI suggests",
};

export const CONFIDENCE = { high: "●●●", medium: "●●○", low: "●○○" };

export const REASONS = {
  new: "nothing stood there",
  same_value: "it says what stands",
  stronger_source: "its source is stronger",
  newer: "it is later",
  corroborated: "a second conversation said it again",
  deleted: "a person removed the field",
  manual_wins: "a person's word stands",
  weaker_source: "a stronger source stands",
  lower_confidence: "what stands is surer",
  older: "later evidence stands",
  dismissed: "a person dismissed it",
  repeated: "it was weighed before",
  unknown_field: "there is no such field",
  no_evidence: "no message of the customer says so",
  too_long: "it is far too long",
  empty: "it has no readable value",
  instruction: "it reads like an order to the AI",
};

export const NOTES = {
  note: "note of staff",
  conversation_summary: "summary of a chat",
  call_summary: "summary of a call",
};

export const CHANNELS = { whatsapp: "WhatsApp", call: "phone call" };

/** `service_interest` as people write it. */
export const field = (name) => (name.charAt(0).toUpperCase() + name.slice(1)).replaceAll("_", " ");

/** A stretch of seconds as a clock shows it. */
export function clock(seconds) {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
