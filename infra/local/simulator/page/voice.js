// Voice notes from this phone: recorded, or one of the samples; and how a bubble plays them.

import { at, base64, el, tell, text } from "./dom.js";

/** What a phone with WhatsApp sends is Ogg; where a browser cannot record that, it says what it sends instead. */
const TYPES = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus", "audio/mp4"];

/** The longest note, in milliseconds: nobody means to talk longer to a simulator. */
const LONGEST = 120_000;

export class Voice {
  /** `say` sends a message as the customer of the moment. */
  constructor(say) {
    this.say = say;
    this.recorder = null;
    const button = at("record");
    button.addEventListener("click", () => (this.recorder ? this.stop(true) : this.start()));
    button.addEventListener("keydown", (event) => event.key === "Escape" && this.recorder && this.stop(false));
    if (!navigator.mediaDevices || !window.MediaRecorder) button.hidden = true;
  }

  /** Another customer's phone: what was being recorded was another's. */
  take() {
    if (this.recorder) this.stop(false);
  }

  async start() {
    tell("refused", "");
    at("record").disabled = true;
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const type = TYPES.find((known) => MediaRecorder.isTypeSupported(known));
      const recorder = new MediaRecorder(stream, { mimeType: type, audioBitsPerSecond: 24_000 });
      const parts = [];
      recorder.addEventListener("dataavailable", ({ data }) => data.size && parts.push(data));
      recorder.addEventListener("stop", () => {
        stream.getTracks().forEach((track) => track.stop());
        if (recorder.wanted) this.send(new Blob(parts, { type: recorder.mimeType }));
      });
      recorder.start();
      this.recorder = recorder;
      this.limit = setTimeout(() => this.stop(true), LONGEST);
      this.shows(true);
    } catch (error) {
      tell("refused", `Nothing can be recorded. ${error.message}`);
    } finally {
      at("record").disabled = false;
    }
  }

  /** Ends the recording; what is not wanted is forgotten. */
  stop(wanted) {
    clearTimeout(this.limit);
    const { recorder } = this;
    this.recorder = null;
    this.shows(false);
    recorder.wanted = wanted;
    recorder.stop();
  }

  shows(recording) {
    const button = at("record");
    button.classList.toggle("recording", recording);
    button.setAttribute("aria-label", recording ? "Stop and send the voice note" : "Record a voice note");
    at("text").placeholder = recording ? "What you say, for the offline transcriber" : "Message";
    if (recording) at("text").focus();
  }

  /** The offline transcriber hears nothing: what stands in the box meanwhile is what it hears. */
  async send(recorded) {
    const box = at("text");
    const says = box.value.trim();
    const data = await base64(recorded);
    if (await this.say({ media: { data, mime_type: recorded.type, ...(says && { says }) } })) box.value = "";
  }
}

/** The file that came with a message: what plays or shows it, and what was heard in it. */
export function file(message) {
  const { file: own } = message;
  if (!own) return [];
  const src = `/page/files/${own.id}`;
  if (own.mime_type.startsWith("image/")) return [el("img", { src, alt: "The picture", class: "picture" })];
  if (!own.mime_type.startsWith("audio/")) return [];
  const heard = own.heard || (own.heard === "" && "(nothing was heard)");
  return [
    el("audio", { src, controls: true, preload: "metadata", "aria-label": "The voice note" }),
    heard && el("p", { class: "heard" }, el("span", { class: "label", dir: "ltr" }, "Heard: "), text("span", heard)),
  ];
}

/** A bubble that is laid anew goes on playing. */
export function goOn(old, element) {
  const [before, after] = [old.querySelector("audio"), element.querySelector("audio")];
  if (before && after && before.src === after.src) after.replaceWith(before);
}
