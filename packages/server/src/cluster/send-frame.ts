import type { Bus } from "../bus.ts";
import type { Payload } from "../socket.ts";
import { encodeFrame, numberAfter } from "./frames.ts";
import type { Peer } from "./peer.ts";

/** Frames above this are sent in parts: NATS takes 1 MiB by default. */
const PART_BYTES = 512 * 1024;

/** Sends the next frame of the stream to a peer; false when it could not be sent. */
export function sendFrame(
  bus: Pick<Bus, "send">,
  peer: Peer,
  link: string,
  head: readonly unknown[],
  body: Payload | undefined,
): boolean {
  const number = numberAfter(peer.sent);
  const frame = encodeFrame({ from: link, number, head, body });
  if (frame.byteLength > PART_BYTES) return sendParts(bus, peer, link, frame);
  if (!bus.send(peer.link, frame)) return false;
  peer.sent = number;
  return true;
}

function sendParts(bus: Pick<Bus, "send">, peer: Peer, link: string, frame: Uint8Array): boolean {
  for (let at = 0; at < frame.byteLength; at += PART_BYTES) {
    const isLast = at + PART_BYTES >= frame.byteLength;
    const number = numberAfter(peer.sent);
    const part = {
      from: link,
      number,
      head: ["part", isLast],
      body: frame.subarray(at, at + PART_BYTES),
    };
    if (!bus.send(peer.link, encodeFrame(part))) return false;
    peer.sent = number;
  }
  return true;
}
