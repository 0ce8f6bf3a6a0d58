// Elements out of texts. Nothing here, or anywhere in this page, makes markup of a text: what a customer wrote stays
// text. The page's policy (trusted types) refuses it, too.

export const HEBREW = /[\u0590-\u05ff]/;

export const at = (id) => document.getElementById(id);

/** An element: `el("p", {class: "x", dir: "auto"}, "text", child, …)`. What is null or false is left out. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Somebody's words: in their own direction, and in their own voice where a screen reader reads. */
export function text(name, words, style = null) {
  return el(name, { class: style, dir: "auto", lang: HEBREW.test(words) ? "he" : null }, words);
}

/** Shows a text, or hides its element where there is none. */
export function tell(id, words) {
  const element = at(id);
  if (element.textContent !== (words || "")) element.textContent = words || "";
  element.hidden = !words;
}

/** A point in time, as a clock shows it. */
export function time(stamp) {
  const date = new Date(stamp);
  const today = date.toDateString() === new Date().toDateString();
  const clock = date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  const day = date.toLocaleDateString("en-GB", { day: "numeric", month: "short" });
  return el("time", { datetime: stamp, title: date.toLocaleString("en-GB") }, today ? clock : `${day}, ${clock}`);
}

/** Posts JSON. Answers the body, if there is one; throws an Error a person can read. */
export async function post(path, body) {
  let answer;
  try {
    answer = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Error("The simulator does not answer. Is the local stack running?");
  }
  const text = await answer.text();
  if (answer.ok) return text ? JSON.parse(text) : null;
  let reason = text;
  try {
    reason = JSON.parse(text).error || text;
  } catch {
    // Not JSON: the text is all there is.
  }
  throw new Error(reason || `It was refused (${answer.status}).`);
}

/** The bytes of a file or a recording, in Base64. */
export async function base64(blob) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let signs = "";
  for (const byte of bytes) signs += String.fromCharCode(byte);
  return btoa(signs);
}
