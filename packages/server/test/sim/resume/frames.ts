import { isJsonObject, type JsonObject } from "@achex/protocol";
import type { AddressKind, Attributes, Room } from "../achex2/state.ts";

export interface Address {
  readonly kind: AddressKind;
  readonly targets: readonly (string | number)[];
}

/** A change of a room's state (PROTOCOL.md R104 to R106, R114). */
export interface StateWrite {
  readonly room: Room;
  readonly values: readonly (readonly [key: string, value: unknown])[];
  readonly increment: readonly (readonly [key: string, by: number])[];
  readonly deleted: readonly string[];
  /** Versions after which the key must not have changed; 0 means that it must not exist. */
  readonly ifs: readonly (readonly [key: string, version: number])[];
  readonly term: number | undefined;
  readonly own: boolean;
}

/** What a frame asks for, so that the model parses nothing. */
export type SimRequest =
  | {
      readonly kind: "login";
      readonly name: string;
      /** The service that logs in; its instances take turns. */
      readonly service: string | undefined;
      readonly granted: boolean;
      /** Set when the login is decided asynchronously: the id to decide it by. */
      readonly ticket: number | undefined;
    }
  | {
      readonly kind: "message";
      readonly address: Address;
      readonly message: MessageText;
      /** It is valid in this term of this room only. */
      readonly fence?: { readonly room: Room; readonly term: number };
    }
  | { readonly kind: "write"; readonly write: StateWrite }
  | { readonly kind: "handOver"; readonly room: Room }
  | { readonly kind: "call"; readonly address: Address; readonly message: MessageText; readonly id: number }
  | {
      readonly kind: "answer";
      readonly message: MessageText;
      readonly caller: number;
      readonly id: number;
      readonly isFinal: boolean;
      readonly declines: boolean;
    }
  | { readonly kind: "cancel"; readonly id: number }
  | {
      readonly kind: "join";
      readonly room: Room;
      readonly presence: boolean | undefined;
      readonly attributes: Attributes | undefined;
      /** Follows the state of the room, or no longer; and wants to be its host, or not. */
      readonly follows: boolean | undefined;
      readonly wantsHost: boolean | undefined;
    }
  | { readonly kind: "leave"; readonly room: Room }
  | { readonly kind: "watch" | "unwatch"; readonly names: readonly string[] }
  | { readonly kind: "retire" | "time" }
  | { readonly kind: "echo"; readonly text: string }
  | { readonly kind: "invalid"; readonly fault: string };

/** A message without its stamp: the text up to the closing brace, and the bytes of a binary message. */
export interface MessageText {
  readonly head: string;
  readonly body: Uint8Array | undefined;
}

/** A frame of a simulated client. */
export interface SimFrame {
  readonly payload: string | Uint8Array;
  readonly ref: number | undefined;
  readonly request: SimRequest;
}

/** Characters of a message that is sent to three or more members over several turns. Others are always sent at once. */
export const LARGE = 800_000;

const ADDRESS_KEYS = ["to", "toS", "tos", "bc", "toH"];
const UNCOUNTED = [
  ...["$hello", "$resumable", "$resumed", "$seen", "$time", "$roster", "$joined", "$left", "$changed", "$count"],
  ...["$away", "$back", "$online", "$offline", "$watched", "$report", "$state", "$room", "$host"],
];

/** Whether a frame of the server takes a number, by the closed list of PROTOCOL.md R71. */
export function isCounted(frame: JsonObject): boolean {
  const [first = ""] = Object.keys(frame);
  if (ADDRESS_KEYS.some((key) => key in frame)) return !("$latest" in frame);
  return "$ref" in frame || !UNCOUNTED.includes(first);
}

const sorted = (value: unknown): string =>
  isJsonObject(value) ? JSON.stringify(Object.fromEntries(Object.entries(value).sort())) : JSON.stringify(value);

export const resultText = (ref: number, result: JsonObject): string =>
  `reply ${ref} ${"time" in result ? "time" : sorted(result)}`;
export const faultText = (ref: number, code: string): string => `reply ${ref} fault ${code}`;
export const calleeGoneText = (id: number): string => `callee of ${id} gone`;
/** What the model cannot predict to the letter: the rooms check it when it arrives. */
export const roomReplyText = (ref: number): string => `reply ${ref} from a room`;
export const REFUSED = "login refused";

/** A frame of the server in the form in which the model expects it: texts for people and the time are left out. */
export function comparable(frame: JsonObject, text: string): string {
  if (ADDRESS_KEYS.some((key) => key in frame)) return text;
  const { $ref, $result, $fault, $answer, auth } = frame;
  if (typeof $ref === "number") {
    if (isJsonObject($fault)) return faultText($ref, String($fault.code));
    return isJsonObject($result) ? resultText($ref, $result) : text;
  }
  if (isJsonObject($answer) && isJsonObject($answer.fault) && $answer.fault.code === "callee-gone")
    return calleeGoneText(Number($answer.id));
  return auth === "failed" || auth === "FAILED" ? REFUSED : text;
}

/** A fault without a reference. How many rejected frames share one depends on the time, so the model does not expect it. */
export const isUnaskedFault = (frame: JsonObject): boolean => "$fault" in frame && !("$ref" in frame);
