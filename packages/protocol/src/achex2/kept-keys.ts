import { type DollarKey, setRequest } from "./dollar-key.ts";
import { confirmFrom, deviceFrom, historyFrom, idFrom, sinceFrom } from "./kept.ts";

/** The keys of kept channels and idempotent sends; part of the table in keys.ts. */
export const keptKeys = {
  $history: {
    placement: "request",
    rules: "R142",
    examples: [
      { label: "The newest messages", rule: "R142", text: '{"$ref":21,"$history":{"hub":"chat-1","last":50}}' },
      { label: "Older messages", rule: "R142", text: '{"$ref":22,"$history":{"hub":"chat-1","before":100}}' },
    ],
    read: (draft, value, limits) => setRequest(draft, historyFrom(value, limits)),
  },
  $since: {
    placement: "membership",
    rules: "R143",
    examples: [
      {
        label: "Join, with the newest messages",
        rule: "R143",
        text: '{"$ref":23,"joinHub":"chat-1","$since":{"last":50}}',
      },
    ],
    read(draft, value) {
      const since = sinceFrom(value);
      if (since === undefined) return "bad-value";
      draft.keeping = { ...draft.keeping, since };
      return undefined;
    },
  },
  $inbox: {
    placement: "login",
    rules: "R145",
    examples: [
      {
        label: "Log in, and get what arrived",
        rule: "R145",
        text: '{"$ref":24,"setID":"Alex","passwd":"","$inbox":"phone"}',
      },
    ],
    read(draft, value) {
      const inbox = deviceFrom(value);
      if (inbox === undefined) return "bad-value";
      draft.keeping = { ...draft.keeping, inbox };
      return undefined;
    },
  },
  $confirm: {
    placement: "request",
    rules: "R145",
    examples: [
      {
        label: "Confirm the messages of an inbox",
        rule: "R145",
        text: '{"$ref":25,"$confirm":{"name":"Alex","device":"phone","seq":7}}',
      },
    ],
    read: (draft, value, limits) => setRequest(draft, confirmFrom(value, limits)),
  },
  $id: {
    placement: "message",
    rules: "R146",
    examples: [
      {
        label: "Message that may be repeated",
        rule: "R146",
        text: '{"$ref":26,"toH":"chat-1","$id":"3f2a","msg":"hi"}',
      },
    ],
    read(draft, value) {
      const id = idFrom(value);
      if (id === undefined) return "bad-value";
      draft.keeping = { ...draft.keeping, id };
      return undefined;
    },
  },
} as const satisfies Readonly<Record<`$${string}`, DollarKey>>;
