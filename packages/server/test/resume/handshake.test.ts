import { describe, expect, test } from "bun:test";
import { decideUpgrade, type UpgradeDeps } from "../../src/http/upgrade.ts";
import { Counters } from "../../src/metrics/counters.ts";
import { AddressLimiter } from "../../src/session/address-limits.ts";
import { handshakeText, RawSocket } from "../kit/raw-socket.ts";
import { startServer } from "../kit/server.ts";
import { text } from "../kit/wire.ts";

const MARKED = "achex.2, achex.2.resume";
const ADDRESS = "192.0.2.1";

function decide(subprotocols: string | null, changes: Partial<UpgradeDeps> = {}) {
  const deps: UpgradeDeps = {
    limits: { sessions: 10, nameBytes: 128 },
    origins: [],
    addresses: new AddressLimiter({ sessionsPerAddress: 2, unnamedPerAddress: 2 }),
    counters: new Counters(),
    clock: { now: () => 0 },
    openSessions: () => 0,
    openConnections: () => 0,
    sessionsThatFit: 10,
    stopping: () => false,
    ...changes,
  };
  const url = new URL("ws://host/hall");
  const listener = { rootDialect: "classic", index: 0 } as const;
  const decision = decideUpgrade(deps, { url, origin: null, subprotocols, address: ADDRESS, listener });
  return decision instanceof Response ? decision.status : decision;
}

describe("[R73 R83] the handshake of a resume", () => {
  test.each([
    [MARKED, true],
    ["achex.2.resume,achex.2", true],
    ["achex.2", false],
    ["achex.2.resume", false],
    [null, false],
  ])("[R73] with the subprotocols %j is one: %p", (offered, resumes) => {
    const decision = decide(offered);
    expect(typeof decision === "object" && decision.resumes === true).toBe(resumes);
  });

  test("[R83 L1] is accepted when the server is full, because the session has its place already", () => {
    expect(decide("achex.2", { openSessions: () => 10 })).toBe(503);
    expect(decide(MARKED, { openSessions: () => 10 })).toMatchObject({ resumes: true });
  });

  test("[R83 L1] is accepted when the address is full, unless too many of it have not logged in", () => {
    const addresses = new AddressLimiter({ sessionsPerAddress: 2, unnamedPerAddress: 3 });
    for (let n = 0; n < 2; n++) addresses.sessionOpened(ADDRESS);
    expect(decide("achex.2", { addresses })).toBe(429);
    expect(decide(MARKED, { addresses })).toMatchObject({ resumes: true });
    addresses.sessionOpened(ADDRESS);
    expect(decide(MARKED, { addresses })).toBe(429);
  });

  test("[R83 L1] needs a file handle; sessions that are away need none", () => {
    expect(decide(MARKED, { openConnections: () => 10 })).toBe(503);
    expect(decide("achex.2", { openSessions: () => 9, openConnections: () => 3, sessionsThatFit: 4 })).toMatchObject({
      endpoint: { dialect: "achex.2" },
    });
  });

  test("[R73] is confirmed as achex.2, and nothing is sent before the first frame", async () => {
    await using server = await startServer();
    using socket = await RawSocket.connect(server.ports.main);
    socket.write(handshakeText({ path: "/hall", headers: { "Sec-WebSocket-Protocol": MARKED } }));
    const answer = await socket.answer();
    expect([answer.status, answer.headers.get("sec-websocket-protocol")]).toEqual([101, "achex.2"]);
    await socket.expectPong();
    socket.write(text('{"$ref":1,"setID":"Ann"}'));
    expect(await socket.json()).toHaveProperty("$hello");
    expect(await socket.json()).toEqual({ $ref: 1, $result: { name: "Ann" } });
  });
});
