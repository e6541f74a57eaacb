import type { Example } from "./achex2/dollar-key.ts";
import { dollarKeys } from "./achex2/keys.ts";

/** Examples of one kind of frame. */
export interface ExampleGroup {
  readonly title: string;
  readonly examples: readonly Example[];
  /** The other dialects do not know these frames. */
  readonly achex2Only?: true;
}

/** A frame of every kind a client can send; a test names the key or command that none of them shows. */
export const exampleGroups: readonly ExampleGroup[] = [
  {
    title: "Messages",
    examples: [
      { label: "To a name", rule: "K7", text: '{"to":"Alex","msg":"hi"}' },
      { label: "To one session", rule: "K9", text: '{"toS":1,"msg":"hi"}' },
      { label: "To a broadcast", rule: "K5", text: '{"bc":"room","msg":"hi"}' },
      { label: "To a hub", rule: "C8", text: '{"toH":"6542","msg":"hi"}' },
      { label: "To several names", rule: "M3", text: '{"to":["Alex","Bob"],"msg":"hi"}' },
    ],
  },
  {
    title: "Hubs and broadcasts",
    examples: [
      { label: "Register to a broadcast", rule: "K4", text: '{"cmd":"register_broadcast","bid":"room"}' },
      { label: "Leave a broadcast", rule: "K14", text: '{"cmd":"unregister_broadcast","bid":"room"}' },
      { label: "Join a hub", rule: "C6", text: '{"joinHub":"6542"}' },
      { label: "Leave a hub", rule: "C11", text: '{"leaveHub":"6542"}' },
    ],
  },
  {
    title: "Logging in",
    examples: [
      { label: "Log in (classic)", rule: "K2", text: '{"setID":"Alex","passwd":""}' },
      { label: "Log in (cloud)", rule: "C2", text: '{"auth":"Alex","passwd":""}' },
      { label: "Log in as a service", rule: "K12", text: '{"serviceID":"calc","passwd":"p","idtag":"calc-2"}' },
      { label: "The same, old library", rule: "K13", text: '{"serverSetID":"calc","passwd":"p"}' },
    ],
  },
  {
    title: "Questions",
    examples: [
      { label: "Latency, bare word", rule: "K10", text: "ping" },
      { label: "Latency, the other word", rule: "K10", text: "latency" },
      { label: "Latency, as an object", rule: "K10", text: '{"ping":true}' },
      { label: "Latency, as a command", rule: "K10", text: '{"cmd":"ping"}' },
      { label: "Echo", rule: "C14", text: '{"echo":true,"":"hi"}' },
      { label: "Who is here", rule: "C15", text: '{"serverstat":true}' },
    ],
  },
  {
    title: "achex.2",
    achex2Only: true,
    examples: Object.values(dollarKeys).flatMap(({ examples }): readonly Example[] => examples),
  },
];
