import { type Client, connect, type State } from "@achex/client";
import { cloud } from "@achex/client/legacy";
import { observedWebSocket } from "./observed-socket.ts";

export interface PeerOptions {
  readonly form: HTMLFormElement;
  readonly name: string;
  readonly other: string;
  /** Used only by this page. */
  readonly instance: string;
  /** A message was sent or received; `text` is the frame on the wire. */
  onFrame(direction: "in" | "out", text: string): void;
}

const words: Readonly<Record<State, string>> = {
  idle: "not connected",
  connecting: "connecting",
  ready: "connected",
  waiting: "reconnecting",
  offline: "offline",
  closed: "closed",
};
const KEPT = 30;

function addLine(list: Element, who: "me" | "other" | "trouble", text: string): void {
  const line = document.createElement("li");
  line.className = who;
  line.textContent = text;
  list.append(line);
  while (list.children.length > KEPT) list.firstElementChild?.remove();
  list.scrollTop = list.scrollHeight;
}

/** One of the two clients: its form, its state and its messages. */
export function createPeer({ form, name, other, instance, onFrame }: PeerOptions): Client<object> {
  const list = form.querySelector(".talk");
  const badge = form.querySelector(".badge");
  const input = form.querySelector("input");
  if (!list || !badge || !input) throw new Error("the page lacks an element of the client");
  const isMessage = (text: string) => /^{"to":"[^"]*","msg":/.test(text);
  const client = connect(location.origin, {
    ...{ name, instance },
    // The cloud dialect has the shortest frames, so it is easiest to read.
    dialect: cloud,
    WebSocket: observedWebSocket((direction, text) => isMessage(text) && onFrame(direction, text)),
  });
  client.on("state", (state) => {
    badge.textContent = words[state];
    badge.className = `badge ${state === "ready" ? "good" : state === "connecting" ? "" : "bad"}`;
    if (client.reason) addLine(list, "trouble", client.reason.message);
  });
  client.on("message", ({ data }) => {
    if ("msg" in data) addLine(list, "other", String(data.msg));
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const msg = input.value.trim();
    if (msg === "") return;
    input.value = "";
    addLine(list, "me", msg);
    client
      .to(other)
      .send({ msg })
      .catch((error) => addLine(list, "trouble", String(error)));
  });
  return client;
}
