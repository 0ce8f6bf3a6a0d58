// Where in the console one is: behind the #, so that the page's address stays the one the issuer knows.

import { Signal } from "./signal";

export type Route = { view: "leads"; lead: string | null } | { view: "settings" } | { view: "figures" };

// What the API calls a lead; whatever else somebody writes there is none.
const ID = /^[A-Za-z0-9_-]{1,64}$/;

function read(): Route {
  const [view, lead] = location.hash.replace(/^#\/?/, "").split("/");
  if (view === "settings" || view === "figures") return { view };
  return { view: "leads", lead: view === "leads" && lead && ID.test(lead) ? lead : null };
}

export const route = new Signal<Route>(read());

export function listenToAddress(): void {
  addEventListener("hashchange", () => (route.value = read()));
}

export const toLead = (lead: string): string => `#/leads/${lead}`;
export const toLeads = "#/leads";
export const toSettings = "#/settings";
export const toFigures = "#/figures";

export function go(hash: string): void {
  location.hash = hash;
}

export function restore(hash: string): void {
  history.replaceState(null, "", location.pathname + hash);
  route.value = read();
}
