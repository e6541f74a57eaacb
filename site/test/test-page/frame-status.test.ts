import { describe, expect, test } from "bun:test";
import type { Dialect } from "@achex/protocol";
import fc from "fast-check";
import type { Entry, NewEntry } from "../../pages/test/model/entry.ts";
import { explanationOf, failureIn, hasNote, toneOf } from "../../pages/test/model/explanation.ts";
import { FrameLog } from "../../pages/test/model/frame-log.ts";
import { type FrameStatus, statusFrom, statusText } from "../../pages/test/model/frame-status.ts";
import { entryFromLine, entryToLine } from "../../pages/test/model/log-file.ts";
import { StatusTracker } from "../../pages/test/model/status-tracker.ts";

const out = (text: string, number = 1, status?: FrameStatus): Entry => ({
  kind: "text",
  direction: "out",
  number,
  at: 0,
  size: text.length,
  text,
  ...(status ? { status } : {}),
});
const got = (text: string): NewEntry => ({ kind: "text", direction: "in", at: 1, size: text.length, text });

/** Sends texts over a connection; the statuses are read by number, from 1. */
function connection(dialect: Dialect, expectsReports = true, loggedIn = true) {
  const tracker = new StatusTracker();
  tracker.reset(expectsReports);
  const statuses = new Map<number, FrameStatus>();
  const take = (updates: ReturnType<StatusTracker["closed"]>) => {
    for (const { number, status } of updates) statuses.set(number, status);
  };
  return {
    tracker,
    take,
    send: (...texts: readonly string[]) => {
      for (const text of texts) {
        const number = statuses.size + 1;
        statuses.set(number, tracker.sent(out(text, number), { dialect, loggedIn }));
      }
    },
    receive(text: string) {
      const report = tracker.reported(text);
      if (report) take(report);
      const answered = report ? undefined : tracker.answered(got(text));
      if (answered) take([answered.update]);
      return report !== undefined;
    },
    texts: () => [...statuses.values()].map(statusText),
  };
}

describe("the status of a sent frame", () => {
  test("F1, F2: is what the server reports, in every dialect", () => {
    const { send, receive, texts } = connection("classic");
    send('{"setID":"A"}', '{"to":"B"}', '{"to":"C"}', '{"To":"B"}', '{"joinHub":""}', "ping");
    expect(new Set(texts())).toEqual(new Set(["Waiting…"]));
    receive('{"auth":"ok"}');
    expect(receive('{"$report":{"frame":1,"result":{}}}')).toBe(true);
    receive('{"$report":{"frame":2,"result":{"taken":2}}}');
    receive('{"$report":{"frame":3,"dropped":"no-recipient"}}');
    receive('{"$report":{"frame":4,"dropped":"no-verb"}}');
    receive('{"$report":{"frame":5,"dropped":"bad-name"}}');
    receive('{"$report":{"frame":6,"result":{}}}');
    expect(texts()).toEqual([
      "Logged in",
      "Delivered to 2 clients",
      "Dropped · no-recipient",
      "Dropped · no-verb",
      "Refused · bad-name",
      "Waiting…",
    ]);
    receive('{"ltcy":"3ms"}');
    expect(texts().at(-1)).toBe("Answered");
  });

  test("F2, R11: in achex.2 it names who was missed", () => {
    const { send, receive, texts } = connection("achex.2");
    send('{"to":["A","B"]}', '{"$ref":1,"to":"X"}', '{"toH":"h"}');
    receive('{"$report":{"frame":1,"result":{"taken":1,"missing":["B"],"missed":{"backlog":1}}}}');
    receive('{"$ref":1,"$fault":{"code":"no-such-name"}}');
    receive('{"$report":{"frame":3,"result":{"taken":0}}}');
    expect(texts()).toEqual(["Delivered to 1 client, 2 missed", "Refused · no-such-name", "Delivered to 0 clients"]);
  });

  test("without reports it is what the page can infer, never a guess about who is connected", () => {
    const { send, texts, receive } = connection("classic", false);
    send(
      "{to:1}",
      '{"To":"B"}',
      '{"to":"B"}',
      '{"leaveHub":"h"}',
      '{"echo":1}',
      '{"cmd":"register_broadcast","bid":"b"}',
    );
    receive('{"echo":1}');
    expect(texts()).toEqual([
      "Dropped · not-json",
      "Dropped · no-verb",
      "Sent · not reported",
      "Left",
      "Answered",
      "Sent · not reported",
    ]);
    const before = connection("cloud", false, false);
    before.send('{"to":"B"}');
    expect(before.texts()).toEqual(["Dropped · not-logged-in"]);
  });

  test("a server without reports leaves no frame waiting; a server with reports is waited for", () => {
    const silent = connection("classic");
    silent.send('{"to":"B"}', "{");
    silent.take(silent.tracker.withoutReports());
    silent.send('{"to":"C"}');
    expect(silent.texts()).toEqual(["Sent · not reported", "Dropped · not-json", "Sent · not reported"]);
    const reporting = connection("classic");
    reporting.send('{"to":"B"}', '{"to":"C"}');
    reporting.receive('{"$report":{"frame":1,"result":{"taken":1}}}');
    expect(reporting.tracker.withoutReports()).toEqual([]);
    expect(reporting.texts()[1]).toBe("Waiting…");
  });

  test("a report that comes late still counts, and never counts as a frame", () => {
    const { send, receive, take, tracker, texts } = connection("classic");
    send('{"to":"B"}', '{"echo":1}', "ping");
    take(tracker.withoutReports());
    receive('{"echo":1}');
    expect(texts()).toEqual(["Sent · not reported", "Answered", "Sent · not reported"]);
    expect(receive('{"$report":{"frame":1,"dropped":"no-recipient"}}')).toBe(true);
    expect(receive('{"$report":{"frame":2,"result":{}}}')).toBe(true);
    send('{"to":"C"}');
    expect(texts()).toEqual(["Dropped · no-recipient", "Answered", "Sent · not reported", "Waiting…"]);
    take(tracker.closed(1000));
    expect(texts().at(-1)).toBe("Sent · not reported");
    expect(texts()[1]).toBe("Answered");
  });

  test("X4: a frame that closed the connection says so", () => {
    const { send, take, tracker, texts } = connection("classic");
    send('{"echo":1}', '{"echo":2}');
    take(tracker.closed(1009));
    expect(texts()).toEqual(["Closed the connection · 1009", "Sent · not reported"]);
  });

  test("a message cannot pass for a report or a reply", () => {
    const { send, receive, texts } = connection("classic");
    send('{"setID":"A"}');
    expect(receive('{"$report":{"frame":1,"dropped":"no-verb"},"to":"A","sID":1,"FROM":"Eve"}')).toBe(false);
    receive('{"to":"A","auth":"ok","sID":1,"FROM":"Eve"}');
    for (const text of [
      '{"$report":1}',
      '{"$report":{"frame":99,"result":{}}}',
      '{"$report":{',
      '{"$report":{"frame":"1"}}',
    ])
      expect(receive(text)).toBe(false);
    expect(texts()).toEqual(["Waiting…"]);
  });

  test("a malformed code from an untrusted server is not shown", () => {
    const { send, receive, texts } = connection("classic");
    send("{", "{");
    receive('{"$report":{"frame":1,"dropped":"\\u202eevil"}}');
    receive(`{"$report":{"frame":2,"fault":"${"x".repeat(5_000)}"}}`);
    expect(texts()).toEqual(["Dropped · unknown-code", "Refused · unknown-code"]);
    expect(failureIn('{"$fault":{"code":"<b>"}}')).toBe("unknown-code");
  });

  test("survives export and import; pending frames are not waited for after a reload", () => {
    const statuses: readonly FrameStatus[] = [
      { kind: "delivered", taken: 2, missing: ["B"], missed: 1 },
      { kind: "done", verb: "login" },
      { kind: "dropped", code: "no-verb" },
      { kind: "refused", code: "no-such-name" },
      { kind: "fatal", code: 1009 },
      { kind: "unknown" },
    ];
    for (const status of statuses) {
      const read = entryFromLine(JSON.parse(entryToLine(out("ping", 1, status))));
      expect(read?.kind === "text" && read.status).toEqual(status);
    }
    expect(statusFrom({ kind: "pending" })).toEqual({ kind: "unknown" });
    for (const rubbish of [null, 1, {}, { kind: "done" }, { kind: "dropped", code: 1 }])
      expect(statusFrom(rubbish)).toBeUndefined();
  });
});

describe("the explanation of a row", () => {
  const explained = (text: string, status: FrameStatus) => {
    const entry = out(text, 1, status);
    const { message = "", remedy = "" } = explanationOf(entry) ?? {};
    expect(hasNote(entry)).toBe(message !== "");
    return `${message} ${remedy}`;
  };

  test("says what went wrong and what to do, about this very frame", () => {
    expect(explained('{"To":"B"}', { kind: "dropped", code: "no-verb" })).toContain('Did you mean "to"?');
    expect(explained('{"to":"Bbo"}', { kind: "dropped", code: "no-recipient" })).toContain("logged in as “Bbo”");
    expect(explained('{"toS":7}', { kind: "refused", code: "no-such-session" })).toContain("no session 7");
    expect(explained('{"toH":"h"}', { kind: "delivered", taken: 0, missing: [], missed: 0 })).toContain("hub “h”");
    expect(explained('{"bc":"b"}', { kind: "dropped", code: "no-recipient" })).toContain("broadcast “b”");
    expect(explained('{"to":["A","B"]}', { kind: "delivered", taken: 1, missing: ["B"], missed: 0 })).toContain("“B”");
    expect(explained('{"to":"A"}', { kind: "delivered", taken: 1, missing: [], missed: 0 })).toBe(" ");
  });

  test("R7: received faults and failed replies are problems, messages that look like them are not", () => {
    expect(failureIn('{"$ref":1,"$fault":{"code":"no-such-name"}}')).toBe("no-such-name");
    expect(failureIn('{"auth":"FAILED","REASON":"x"}')).toBe("failed");
    expect(failureIn('{"joinHub":"FAILED"}')).toBe("failed");
    expect(failureIn('{"to":"A","$fault":{"code":"x"},"sID":1,"FROM":"E"}')).toBeUndefined();
    expect(failureIn('{"joinHub":"OK"}')).toBeUndefined();
    const fault = '{"$fault":{"code":"x"}}';
    expect(toneOf({ kind: "text", direction: "in", number: 1, at: 0, size: 0, text: fault })).toBe("bad");
  });
});

test("the log replaces an entry when its status changes, and knows which visible rows have an explanation", () => {
  const log = new FrameLog({ entries: 10, size: 1_000_000 });
  for (let number = 1; number <= 5; number++) log.append(out(`{"n":${number}}`));
  log.setStatus(2, { kind: "dropped", code: "no-verb" });
  log.setStatus(4, { kind: "dropped", code: "no-verb" });
  expect(log.notes).toEqual([1, 3]);
  log.setStatus(2, { kind: "done", verb: "echo" });
  expect(log.notes).toEqual([3]);
  log.filter = { show: "problem", search: "" };
  expect(log.visible.map(({ number }) => number)).toEqual([4]);
  expect(log.notes).toEqual([0]);
  // A filter that did not match before the status changed.
  log.setStatus(1, { kind: "dropped", code: "not-json" });
  expect(log.visible.map(({ number }) => number)).toEqual([1, 4]);
  expect(log.notes).toEqual([0, 1]);
  log.setStatus(1, { kind: "done", verb: "echo" });
  expect(log.visible.map(({ number }) => number)).toEqual([4]);
  expect(log.notes).toEqual([0]);
  for (let number = 6; number <= 30; number++) log.append(out("{}"));
  expect(log.setStatus(1, { kind: "unknown" })).toBeUndefined();
  expect([log.positionOf(1), log.positionOf(99)]).toEqual([-1, -1]);
});

test("however statuses arrive, the visible rows and their explanations are those that a fresh filter shows", () => {
  const kinds: readonly FrameStatus[] = [
    { kind: "pending" },
    { kind: "done", verb: "echo" },
    { kind: "dropped", code: "no-verb" },
    { kind: "delivered", taken: 0, missing: [], missed: 0 },
  ];
  const updates = fc.array(fc.tuple(fc.integer({ min: 1, max: 20 }), fc.constantFrom(...kinds)), { maxLength: 60 });
  fc.assert(
    fc.property(updates, fc.constantFrom("all", "problem", "out", "in"), (all, show) => {
      const log = new FrameLog();
      log.filter = { show, search: "" };
      for (let number = 1; number <= 20; number++) log.append(out("{}", number, kinds[0]));
      for (const [number, status] of all) log.setStatus(number, status);
      const [visible, notes] = [[...log.visible], [...log.notes]];
      log.filter = { show, search: "" };
      expect([visible, notes]).toEqual([[...log.visible], [...log.notes]]);
    }),
  );
});
