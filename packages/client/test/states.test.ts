import { describe, expect, test } from "bun:test";
import { receiveFiles, sendFile } from "../src/files.ts";
import type { Client } from "../src/index.ts";
import { onStream, openStream } from "../src/streams.ts";
import { connectingClient, outcomeOf, readyClient, settled } from "./kit/scripted-client.ts";

type Scripted = ReturnType<typeof connectingClient>;

/** How a client gets into each state. */
const states: Record<string, () => Scripted> = {
  "idle: before connect()": () => connectingClient({ autoConnect: false }),
  "connecting: before it opens": () => connectingClient(),
  "connecting: before the login is answered": () => {
    const client = connectingClient();
    client.relay.socket.hello();
    return client;
  },
  ready: () => readyClient(),
  "waiting: the connection dropped": () => {
    const client = readyClient();
    client.relay.socket.drop();
    return client;
  },
  "connecting: again, after a drop": () => {
    const client = readyClient();
    client.relay.socket.drop();
    client.clock.advance(250);
    return client;
  },
  "closed: by close()": () => {
    const client = readyClient();
    client.ann.close();
    return client;
  },
  "closed: before it was ever connected": () => {
    const client = connectingClient({ autoConnect: false });
    client.ann.close();
    return client;
  },
  "closed: the login was refused": () => {
    const client = connectingClient();
    client.relay.socket.hello();
    client.relay.socket.refuse(client.relay.socket.take("setID"), "wrong-password");
    return client;
  },
  "closed: dismissed": () => {
    const client = readyClient();
    client.relay.socket.drop(4500, "account changed");
    return client;
  },
};

/** The code a rejected call has in a closed state. */
const reasonIn = (state: string) =>
  state.endsWith("refused") ? "wrong-password" : state.endsWith("dismissed") ? "dismissed" : "closed";

interface Method {
  readonly call: (client: Client<object>) => unknown;
  /** Waits for the connection and is sent with it: by the key of its frame. Without one it settles without the server. */
  readonly frame?: string;
  /** In closed states: rejected with the reason, unless it `works`. */
  readonly closed: "rejects" | "works";
}

const methods: Record<string, Method> = {
  "to().send()": { call: (ann) => ann.to("Bob").send({}), frame: "to", closed: "rejects" },
  "to().send(), unconfirmed": {
    call: (ann) => ann.to("Bob").send({}, { confirm: false }),
    frame: "to",
    closed: "rejects",
  },
  "session().send()": { call: (ann) => ann.session(9).send({}), frame: "toS", closed: "rejects" },
  "sendBinary()": { call: (ann) => ann.to("Bob").sendBinary(new Uint8Array(1)), frame: "to", closed: "rejects" },
  "hub().send()": { call: (ann) => ann.hub("h").send({}), frame: "toH", closed: "rejects" },
  "hub().sendBinary()": { call: (ann) => ann.hub("h").sendBinary(new Uint8Array(1)), frame: "toH", closed: "rejects" },
  "hub().join()": { call: (ann) => ann.hub("h").join({ presence: true }), frame: "joinHub", closed: "rejects" },
  "hub().hold()": { call: (ann) => ann.hub("h").hold(), frame: "joinHub", closed: "rejects" },
  "hub().page()": { call: (ann) => ann.hub("h").page(), frame: "$members", closed: "rejects" },
  "hub().leave()": { call: (ann) => ann.hub("h").leave(), closed: "works" },
  "hub().messages()": { call: (ann) => ann.hub("h").messages(), closed: "works" },
  "broadcast().join()": { call: (ann) => ann.broadcast("b").join(), frame: "cmd", closed: "rejects" },
  "ask()": { call: (ann) => ann.ask("calc", {}), frame: "$call", closed: "rejects" },
  "handle()": { call: (ann) => ann.handle(() => ({})), closed: "works" },
  "watch()": { call: (ann) => ann.watch("Bob"), frame: "$watch", closed: "rejects" },
  "unwatch()": { call: (ann) => ann.unwatch("Bob"), closed: "works" },
  "latency()": { call: (ann) => ann.latency(), frame: "$time", closed: "rejects" },
  "ready()": { call: (ann) => ann.ready(), closed: "rejects" },
  "reconnect()": { call: (ann) => ann.reconnect(), closed: "works" },
  "drain()": { call: (ann) => ann.drain(), closed: "works" },
  "retire()": { call: (ann) => ann.retire(), closed: "works" },
  "on()": { call: (ann) => ann.on("state", () => {}), closed: "works" },
  "clock.now()": { call: (ann) => ann.clock.now(), closed: "works" },
  pressure: { call: (ann) => ann.pressure, closed: "works" },
  "openStream()": { call: (ann) => openStream(ann, "Bob"), frame: "$call", closed: "rejects" },
  "onStream()": { call: (ann) => onStream(ann, () => {}), closed: "works" },
  "sendFile()": { call: (ann) => sendFile(ann, "Bob", new Blob(["x"])), frame: "$call", closed: "rejects" },
  "receiveFiles()": { call: (ann) => receiveFiles(ann, () => {}), closed: "works" },
};

const cases = Object.keys(states).flatMap((state) => Object.keys(methods).map((method) => [method, state] as const));

/** Brings the client to ready, from wherever it is. */
function makeReady({ ann, relay, clock }: Scripted): void {
  if (ann.state === "idle") void ann.connect();
  for (let waited = 0; ann.state === "waiting" && waited < 1_000; waited += 50) clock.advance(50);
  if (ann.state !== "connecting") return;
  const { socket } = relay;
  if (!socket.has("setID")) socket.hello(2);
  // With other credentials given meanwhile, it logs in once more.
  while (socket.has("setID")) socket.reply(socket.take("setID"), { name: "Ann" });
}

describe("R60, R61: every public method in every state", () => {
  test.each(cases)("%s, %s", async (name, state) => {
    const scripted = states[state]?.() ?? connectingClient();
    const { ann, relay, faults } = scripted;
    const { call, frame, closed } = methods[name] ?? { call: () => {}, closed: "works" };
    const result = call(ann);
    const end = result instanceof Promise ? outcomeOf(result) : { value: result };
    await settled();
    if (ann.state === "closed") {
      expect(end.code).toBe(closed === "rejects" ? reasonIn(state) : undefined);
    } else if (frame === undefined) {
      makeReady(scripted);
      for (const key of ["leaveHub", "$retire"])
        if (relay.sockets.length > 0 && relay.socket.has(key)) relay.socket.reply(relay.socket.take(key));
      await settled();
      expect([end.code, "value" in end]).toEqual([undefined, true]);
    } else {
      if (state !== "ready") {
        expect(end).toEqual({});
        expect(relay.sockets.length > 0 && relay.socket.has(frame)).toBe(false);
        makeReady(scripted);
        await settled();
      }
      expect([ann.state, relay.socket.has(frame), end.code]).toEqual(["ready", true, undefined]);
    }
    expect(faults).toEqual([]);
    // Wherever it was: closing ends what is left, and leaves no timer.
    ann.close();
    await settled();
    expect(scripted.clock.pending).toBe(0);
  });

  test.each(Object.keys(states))("connect() and login() lead to ready, %s", async (state) => {
    for (const begin of [(ann: Client<object>) => ann.connect(), (ann: Client<object>) => ann.login({ name: "Ann" })]) {
      const scripted = states[state]?.() ?? connectingClient();
      const { ann, relay } = scripted;
      const wasReady = ann.state === "ready";
      const wasClosed = ann.reason?.code === "closed";
      const end = outcomeOf(begin(ann));
      makeReady(scripted);
      if (wasReady && relay.socket.has("setID")) relay.socket.reply(relay.socket.take("setID"), { name: "Ann" });
      await settled();
      // After close() only connect() begins again.
      if (end.code === undefined) expect([end, ann.state]).toEqual([{ value: undefined }, "ready"]);
      else expect([end.code, wasClosed, ann.state]).toEqual(["closed", true, "closed"]);
      ann.close();
    }
  });
});
