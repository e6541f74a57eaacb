import { type DollarKey, setRequest } from "./dollar-key.ts";
import { handOverFrom, latestFrom, roomOptionsFrom, seatFrom, writeFrom } from "./rooms.ts";
import { isCount } from "./values.ts";

/** The keys of rooms and of latest-value messages; part of the table in keys.ts. */
export const roomKeys = {
  $state: {
    placement: "membership",
    rules: "R101",
    examples: [
      { label: "Join, and follow the state", rule: "R101", text: '{"$ref":11,"joinHub":"6542","$state":true}' },
    ],
    read(draft, value) {
      if (typeof value !== "boolean") return "bad-value";
      draft.joining = { ...draft.joining, state: value };
      return undefined;
    },
  },
  $seat: {
    placement: "membership",
    rules: "R122",
    examples: [{ label: "Join, and take a seat", rule: "R122", text: '{"$ref":12,"joinHub":"6542","$seat":true}' }],
    read(draft, value) {
      const seat = seatFrom(value);
      if (seat === undefined) return "bad-value";
      draft.joining = { ...draft.joining, seat };
      return undefined;
    },
  },
  $host: {
    placement: "room",
    rules: "R111, R113",
    examples: [
      { label: "Hand over to another host", rule: "R113", text: '{"$ref":13,"$host":{"hub":"6542","sid":1}}' },
      {
        label: "Join, but not as host",
        rule: "R111",
        text: '{"$ref":14,"joinHub":"6542","$state":true,"$host":false}',
      },
    ],
    read(draft, value, limits) {
      if (typeof value !== "boolean") return setRequest(draft, handOverFrom(value, limits));
      draft.joining = { ...draft.joining, host: value };
      return undefined;
    },
  },
  $room: {
    placement: "room",
    rules: "R120",
    examples: [
      {
        label: "Create a room with options",
        rule: "R120",
        text: '{"$ref":15,"joinHub":"6542","$state":true,"$room":{"capacity":8,"seats":4}}',
      },
      { label: "Close a room to newcomers", rule: "R120", text: '{"$ref":16,"$room":{"hub":"6542","closed":true}}' },
    ],
    read(draft, value, limits) {
      const options = roomOptionsFrom(value, limits);
      if (!options || "verb" in options) return setRequest(draft, options);
      draft.joining = { ...draft.joining, options };
      return undefined;
    },
  },
  $set: {
    placement: "request",
    rules: "R104 to R107, R114",
    examples: [
      { label: "Set a key", rule: "R104", text: '{"$ref":17,"$set":{"hub":"6542","values":{"turn":"Alex"}}}' },
      { label: "Increment a key", rule: "R104", text: '{"$ref":18,"$set":{"hub":"6542","increment":{"score":1}}}' },
      {
        label: "Compare and set",
        rule: "R105",
        text: '{"$ref":19,"$set":{"hub":"6542","values":{"turn":"Bob"},"if":{"turn":1}}}',
      },
    ],
    read(draft, value, limits, frame) {
      const write = writeFrom(value, limits, frame);
      return typeof write === "string" ? write : setRequest(draft, write);
    },
  },
  $term: {
    placement: "message",
    rules: "R114",
    examples: [{ label: "Message of one term", rule: "R114", text: '{"$ref":20,"toH":"6542","$term":3,"tick":1}' }],
    read(draft, value) {
      if (!isCount(value)) return "bad-value";
      draft.sending = { ...draft.sending, term: value };
      return undefined;
    },
  },
  $latest: {
    placement: "message",
    rules: "R130",
    forwarded: true,
    examples: [
      { label: "Only the latest value matters", rule: "R130", text: '{"toH":"6542","$latest":"pos","x":1,"y":2}' },
    ],
    read(draft, value) {
      const latest = latestFrom(value);
      if (latest === undefined) return "bad-value";
      draft.sending = { ...draft.sending, latest };
      return undefined;
    },
  },
} as const satisfies Readonly<Record<`$${string}`, DollarKey>>;
