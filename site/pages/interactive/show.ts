import type { Member, State } from "@achex/client";
import { printable } from "@achex/server/printable";

const KEPT = 200;

const STATES: Readonly<Record<State, string>> = {
  idle: "not connected",
  connecting: "connecting",
  ready: "logged in",
  waiting: "reconnecting",
  offline: "offline",
  closed: "logged out",
};

const part = (selector: string): HTMLElement => {
  const found = document.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`the page has no ${selector}`);
  return found;
};

/** A line for the visitor; `kind` as the design system's log knows it. */
export function show(text: string, kind: "in" | "out" | "event" | "bad" = "event"): void {
  const list = part("#said");
  const line = document.createElement("li");
  line.className = kind;
  const time = document.createElement("time");
  time.textContent = new Date().toTimeString().slice(0, 8);
  const words = document.createElement("code");
  words.textContent = printable(text);
  line.append(time, words);
  list.append(line);
  while (list.children.length > KEPT) list.firstElementChild?.remove();
  list.scrollTop = list.scrollHeight;
}

export function showState(state: State): void {
  const badge = part("#state");
  badge.textContent = STATES[state];
  badge.className = `badge ${state === "ready" ? "good" : state === "closed" ? "" : "warn"}`;
}

export function showMembers(members: readonly Member[]): void {
  const names = members.map(({ name, sid }) => `${name} (session ${sid})`);
  part("#members").textContent = names.length === 0 ? "unknown until you join" : printable(names.join(", "));
}
