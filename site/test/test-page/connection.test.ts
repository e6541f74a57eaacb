import { describe, expect, test } from "bun:test";
import { closeInfo } from "../../pages/test/model/close-codes.ts";
import { Connection } from "../../pages/test/model/connection.ts";
import { diagnose } from "../../pages/test/model/diagnose.ts";
import type { Endpoint } from "../../pages/test/model/endpoint.ts";
import type { NewEntry } from "../../pages/test/model/entry.ts";
import type { PageSocket, SocketEvents } from "../../pages/test/model/websocket.ts";

interface Stage {
  readonly connection: Connection;
  readonly entries: NewEntry[];
  readonly states: string[];
  readonly sent: unknown[];
  readonly wires: { readonly events: SocketEvents; readonly wire: PageSocket }[];
  /** Pending timers, without cancelled ones. */
  readonly timers: Set<() => void>;
}

function stage(open?: () => never): Stage {
  const entries: NewEntry[] = [];
  const states: string[] = [];
  const sent: unknown[] = [];
  const wires: { events: SocketEvents; wire: PageSocket }[] = [];
  const timers = new Set<() => void>();
  let now = 1_000;
  const connection = new Connection({
    open: (_url, _protocols, events) => {
      open?.();
      const wire: PageSocket = {
        protocol: "",
        send: (data) => void sent.push(data),
        close: (code) => void sent.push(`close ${code}`),
        drop: () => void sent.push("drop"),
      };
      wires.push({ events, wire });
      return wire;
    },
    now: () => now++,
    later: (_milliseconds, call) => {
      timers.add(call);
      return () => void timers.delete(call);
    },
    record: (entry) => void entries.push(entry),
    phaseChanged: ({ state }) => void states.push(state),
    diagnose: async () => "nobody is there",
  });
  return { connection, entries, states, sent, wires, timers };
}

const endpoint: Endpoint = {
  url: "ws://localhost:4010/",
  socketUrl: "ws://localhost:4010/?reports",
  dialect: "classic",
  protocols: [],
  warning: undefined,
};
const told = (entries: readonly NewEntry[]) =>
  entries.map((entry) =>
    entry.kind === "binary" ? `${entry.direction} ${entry.size} bytes` : `${entry.direction} ${entry.text}`,
  );

function opened(first: readonly string[] = []): Stage & { readonly events: SocketEvents } {
  const made = stage();
  made.connection.connect(endpoint, first);
  const [one] = made.wires;
  if (!one) throw new Error("a wire was opened");
  one.events.opened(one.wire);
  return { ...made, events: one.events };
}

describe("a connection", () => {
  test("is recorded from beginning to end, with time and size", () => {
    const { connection, entries, states, events, sent } = opened(['{"setID":"é"}']);
    events.received('{"SID":14}');
    events.received(Uint8Array.of(1, 2, 3));
    connection.close();
    events.closed({ code: 1000, reason: "" });
    expect(told(entries)).toEqual([
      "event connecting to ws://localhost:4010/ (classic)",
      "event connected",
      'out {"setID":"é"}',
      'in {"SID":14}',
      "in 3 bytes",
      "event closed with 1000: normal closure.",
    ]);
    expect(entries[2]?.size).toBe(14);
    expect(states).toEqual(["connecting", "open", "closing", "idle"]);
    expect(sent).toEqual(['{"setID":"é"}', "close 1000"]);
  });

  test("that fails is reported, then diagnosed", async () => {
    const { connection, entries, wires } = stage();
    connection.connect(endpoint, []);
    wires[0]?.events.closed({ code: 1006, reason: "" });
    await Promise.resolve();
    expect(told(entries).slice(1)).toEqual([
      "event no connection to ws://localhost:4010/ (1006)",
      "event nobody is there",
    ]);
  });

  test("with a silent server is reported after a while, and can be stopped", () => {
    const { connection, entries, wires, timers } = stage();
    connection.connect(endpoint, []);
    for (const call of timers) call();
    expect(told(entries).at(-1)).toContain("localhost:4010 has not answered for 5 s");
    connection.close();
    wires[0]?.events.closed({ code: 1006, reason: "" });
    expect(told(entries).at(-1)).toBe("event stopped connecting");
    expect(opened().timers.size).toBe(0);
  });

  test("X1..X7: a close frame is shown with its code, its meaning, the server's reason, and what to do", () => {
    const { entries, events } = opened();
    events.closed({ code: 1008, reason: "too many, slow down" });
    expect(entries.at(-1)).toMatchObject({ code: 1008, reason: "too many, slow down", tone: "bad" });
    expect(told(entries).at(-1)).toBe(
      "event closed by the server with 1008: policy violation. Reason: “too many, slow down”.",
    );
    expect(entries.at(-1)).toHaveProperty(
      "advice",
      "The reason names the rule. Fix the cause before you reconnect (rules X2, X3).",
    );
    const lost = opened();
    lost.events.closed({ code: 1006, reason: "" });
    expect(told(lost.entries).at(-1)).toStartWith(
      "event closed with 1006: connection lost without a closing handshake.",
    );
  });

  test("that the browser blocks leaves the page idle and shows the reason", () => {
    const { connection, entries } = stage(() => {
      throw new Error("insecure");
    });
    connection.connect(endpoint, []);
    expect(connection.state).toBe("idle");
    expect(told(entries).at(-1)).toBe("event cannot connect: insecure");
  });

  test("after a reconnect, events of the old socket are ignored", () => {
    const { connection, entries, events } = opened();
    connection.connect(endpoint, []);
    events.received("late");
    events.closed({ code: 1000, reason: "" });
    expect(connection.state).toBe("connecting");
    expect(told(entries)).not.toContain("in late");
  });

  test("nothing is sent without a connection", () => {
    expect(stage().connection.send("ping")).toContain("Connect first");
  });
});

describe("close codes", () => {
  test.each([
    [1001, "server is stopping; connect again", "retry", "stopping"],
    [1008, "sending faster than the limit for 10 s; slow down", "retry", "slow down"],
    [1008, "this name's account was changed; log in again", "stop", "account"],
    [1009, "", "stop", "too large"],
    [1006, "", "retry", "without a closing handshake"],
    [4002, "", "retry", "slow down"],
    [4500, "", "stop", "account"],
    [4999, "", "stop", "application"],
    [3333, "", "retry", "unknown"],
  ] as const)("X1..X7, R9: %d %s means %s", (code, reason, duty, title) => {
    const meaning = closeInfo(code, reason);
    expect(meaning.duty).toBe(duty);
    expect(meaning.title).toContain(title);
    expect(meaning.advice).not.toBe("");
  });
});

describe("why there was no connection", () => {
  test("something else answers there", async () => {
    const asked: string[] = [];
    const probe = async (url: string) => {
      asked.push(url);
      return "answers" as const;
    };
    expect(await diagnose("ws://localhost:80/x", probe)).toContain("rejected the WebSocket");
    expect(asked).toContain("http://localhost/");
  });

  test("it uses TLS but a plain connection was tried, or vice versa", async () => {
    const only = (scheme: string) => async (url: string) =>
      url.startsWith(scheme) ? ("answers" as const) : ("silent" as const);
    expect(await diagnose("ws://localhost:1/", only("https:"))).toContain("Enter wss://localhost:1");
    expect(await diagnose("wss://localhost:1/", only("http:"))).toContain("enter ws://localhost:1");
  });

  test("nothing answers, and over TLS it may be the certificate", async () => {
    const silent = async () => "silent" as const;
    expect(await diagnose("ws://localhost:9000/", silent)).toContain("Is the server running");
    expect(await diagnose("ws://example.org:9000/", silent)).toContain("Check the host, the port");
    expect(await diagnose("ws://localhost:22/", silent)).toContain("browsers block this port");
    expect(await diagnose("wss://localhost:9/", silent)).toContain("certificate");
  });
});
