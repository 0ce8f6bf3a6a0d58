// Speaks to the staff API, and to nobody else.

import { accessToken, expired } from "../lib/auth";
import { Signal } from "../lib/signal";
import type { Problem } from "./types";

// What stands in the way of all calls right now; shown once, above everything.
export const trouble = new Signal<"offline" | "busy" | null>(null);
// How many calls were made; tests read it.
export const calls = { made: 0 };

export class ApiError extends Error {
  constructor(
    // 0: nothing came back.
    readonly status: number,
    readonly problem: Partial<Problem>,
  ) {
    super(problem.detail ?? `status ${status}`);
  }
}

export interface Answer<T> {
  data: T;
  tag: string | null;
}

interface Ask {
  body?: unknown;
  // The tag of what was read: changed since, nothing is written.
  ifMatch?: string | null;
  // What a POST is known by again: asked for twice under one key, it takes effect once.
  key?: string;
  signal?: AbortSignal;
}

const WAIT_S = 3;
const MAX_WAIT_S = 30;
const TRIES = 4;

const held = new Map<string, Answer<unknown>>();

export function forgetAnswers(): void {
  held.clear();
}

const pause = (seconds: number): Promise<void> => new Promise((done) => setTimeout(done, seconds * 1000));

async function once(method: string, path: string, headers: Headers, ask: Ask): Promise<Response> {
  calls.made += 1;
  try {
    const answer = await fetch(`v1${path}`, {
      method,
      headers,
      cache: "no-store",
      ...(ask.body === undefined ? {} : { body: JSON.stringify(ask.body) }),
      ...(ask.signal ? { signal: ask.signal } : {}),
    });
    if (trouble.value === "offline") trouble.value = null;
    return answer;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    trouble.value = "offline";
    throw new ApiError(0, {});
  }
}

// Too many requests: waits as long as it is told to, and says so meanwhile. What was asked for is asked again under the
// same key, so that it takes effect once.
async function patiently(method: string, path: string, headers: Headers, ask: Ask): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await once(method, path, headers, ask);
    if (answer.status !== 429 || attempt === TRIES) {
      if (trouble.value === "busy") trouble.value = null;
      return answer;
    }
    trouble.value = "busy";
    const told = Number(answer.headers.get("Retry-After"));
    await pause(Math.min(told > 0 ? told : WAIT_S * attempt, MAX_WAIT_S));
  }
}

async function problem(answer: Response): Promise<ApiError> {
  const told = (await answer.json().catch(() => ({}))) as Partial<Problem>;
  return new ApiError(answer.status, told);
}

export async function call<T>(method: string, path: string, ask: Ask = {}): Promise<Answer<T>> {
  const headers = new Headers({ Authorization: `Bearer ${accessToken() ?? ""}` });
  if (ask.body !== undefined) headers.set("Content-Type", "application/json");
  if (ask.ifMatch) headers.set("If-Match", ask.ifMatch);
  if (method === "POST") headers.set("Idempotency-Key", ask.key ?? crypto.randomUUID());
  const known = method === "GET" ? held.get(path) : undefined;
  if (known?.tag?.startsWith("W/")) headers.set("If-None-Match", known.tag);
  const answer = await patiently(method, path, headers, ask);
  if (answer.status === 304 && known) return known as Answer<T>;
  if (answer.status === 401) expired.value = true;
  if (!answer.ok) throw await problem(answer);
  const data = answer.status === 204 ? undefined : await answer.json();
  const got: Answer<T> = { data: data as T, tag: answer.headers.get("ETag") };
  if (method === "GET") keep(path, got);
  return got;
}

// The newest fifty: what is polled is asked for again and again, the rest once.
function keep(path: string, answer: Answer<unknown>): void {
  held.delete(path);
  held.set(path, answer);
  if (held.size > 50) held.delete(held.keys().next().value ?? "");
}

export const get = <T>(path: string, signal?: AbortSignal): Promise<Answer<T>> =>
  call<T>("GET", path, signal ? { signal } : {});
export const post = <T>(path: string, body?: unknown, key?: string): Promise<Answer<T>> =>
  call<T>("POST", path, { body, ...(key ? { key } : {}) });
