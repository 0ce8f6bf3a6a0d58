// A picture from this phone: one of its files, with what stands in the message box under it.

import { at, base64, tell } from "./dom.js";

/** The largest picture WhatsApp takes, in bytes. */
const LARGEST = 5 * 1024 * 1024;

export class Picture {
  /** `say` sends a message as the customer of the moment; `quoting` gives what it replies to, and forgets it. */
  constructor(say, quoting) {
    this.say = say;
    this.quoting = quoting;
    at("attach").addEventListener("click", () => at("picture").click());
    at("picture").addEventListener("change", () => this.chosen());
  }

  async chosen() {
    const [input, box] = [at("picture"), at("text")];
    const [file] = input.files;
    // The same file can be chosen again.
    input.value = "";
    if (!file) return;
    if (file.size > LARGEST) return tell("refused", "Not sent. WhatsApp takes pictures of up to 5 MB.");
    const media = { data: await base64(file), mime_type: file.type };
    const [caption, quotes] = [box.value.trim(), this.quoting()];
    box.value = "";
    const sent = await this.say({ type: "image", ...(caption && { text: caption }), media, quotes });
    if (!sent && !box.value) box.value = caption;
    box.focus();
  }
}
