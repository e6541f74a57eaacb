import { type Client, connect, type Room } from "@achex/client";
import { at } from "./lines.ts";
import { show, showMembers, showState } from "./show.ts";

type Words = { msg: string };
type Chat = { direct: Words; hubs: { lobby: Words }; broadcasts: { news: Words } };

// Log in
export function logIn(name: string) {
  at("connect");
  const relay = connect<Chat>(location.origin, { name });
  at("on-state");
  relay.on("state", (state) => {
    at("state");
    showState(state);
  });
  at("on-message");
  relay.on("message", ({ data, from, sid, channel }) => {
    at("message");
    show(`${from} (session ${sid}) to ${channel.kind}: ${data.msg}`, "in");
  });
  at("return");
  return relay;
}

// Join, and see who is there
export async function join(relay: Client<Chat>) {
  at("hub");
  const lobby = relay.hub("lobby");
  at("news");
  const news = relay.broadcast("news");
  at("on-roster");
  lobby.on("roster", (members) => {
    at("roster");
    showMembers(members);
  });
  at("on-joined");
  lobby.on("joined", ({ name, sid }) => {
    at("joined");
    show(`${name} (session ${sid}) joined`);
    at("joined-members");
    showMembers(lobby.members);
  });
  at("on-left");
  lobby.on("left", ({ name, sid }) => {
    at("left");
    show(`${name} (session ${sid}) left`);
    at("left-members");
    showMembers(lobby.members);
  });
  at("join-news");
  await news.join();
  at("join-lobby");
  const { count } = await lobby.join({ presence: true });
  at("count");
  show(`Joined; members of the lobby: ${count}`);
}

// Send to each kind of address
export async function toName(relay: Client<Chat>, name: string, msg: string) {
  at("to-name");
  const { taken } = await relay.to(name).send({ msg });
  at("to-name-taken");
  show(`Delivered to ${taken} clients`, "out");
}

export async function toSession(relay: Client<Chat>, sid: number, msg: string) {
  at("to-session");
  const { taken } = await relay.session(sid).send({ msg });
  at("to-session-taken");
  show(`Delivered to ${taken} clients`, "out");
}

export async function toRoom(room: Room<Words>, msg: string) {
  at("to-room");
  const { taken } = await room.send({ msg });
  at("to-room-taken");
  show(`Delivered to ${taken} clients`, "out");
}

// Latency
export async function latency(relay: Client<Chat>) {
  at("latency");
  const milliseconds = await relay.latency();
  at("latency-shown");
  show(`Round trip: ${milliseconds.toFixed(1)} ms`);
}

// Log out
export function leave(relay: Client<Chat>) {
  at("close");
  relay.close();
}
