// Keys that lead somewhere, each with Alt, so that no letter somebody types does anything. By the key's place and not
// its letter: on a Hebrew keyboard they are where they are on an English one.

const places: Record<string, string> = {
  KeyL: "[data-place=list] a[tabindex='0'], [data-place=list]",
  KeyF: "[data-place=search]",
  KeyW: "[data-place=write]",
  KeyM: "[data-place=memory]",
};

export function listenToShortcuts(help: () => void): () => void {
  const pressed = (event: KeyboardEvent): void => {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.code === "KeyK") help();
    else if (!lead(places[event.code])) return;
    event.preventDefault();
  };
  addEventListener("keydown", pressed);
  return () => removeEventListener("keydown", pressed);
}

// Also a view that is not the one shown right now, on a phone's width: it comes to the front.
function lead(selector: string | undefined): boolean {
  const target = selector ? document.querySelector<HTMLElement>(selector) : null;
  if (!target) return false;
  target.dispatchEvent(new CustomEvent("wanted", { bubbles: true }));
  requestAnimationFrame(() => target.focus());
  return true;
}
