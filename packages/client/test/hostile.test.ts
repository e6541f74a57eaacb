import { describe, expect, test } from "bun:test";
import { dollarKeys, serverKeys, stampKeys, verbKeys } from "@achex/protocol";
import fc from "fast-check";
import { receiveFiles } from "../src/files.ts";
import { onStream } from "../src/streams.ts";
import { connectingClient, outcomeOf, readyClient, settled } from "./kit/scripted-client.ts";
import { until } from "./kit/until.ts";

const keys = [
  ...[...verbKeys, ...stampKeys, ...Object.keys(dollarKeys), ...serverKeys],
  ...["leftHub", "user", "SID", "ltcy", "error", "msg", "__proto__", "constructor", "toString"],
];
const inner = [
  ...[
    "hub",
    "bc",
    "name",
    "sid",
    "joined",
    "attributes",
    "members",
    "count",
    "next",
    "id",
    "cancel",
    "stream",
    "data",
    "end",
  ],
  ...["more", "fault", "credit", "code", "message", "limits", "heartbeat", "file", "size"],
];
/** Values that mean something here and there, and any others. */
const leaf = fc.oneof(fc.constantFrom("h", "Ann", 1, 7, true, null, -1, 1e308, "__proto__"), fc.jsonValue());
const value = fc.oneof(leaf, fc.dictionary(fc.constantFrom(...inner), leaf), fc.array(leaf));
const frames = fc.array(fc.dictionary(fc.constantFrom(...keys), value), { minLength: 1, maxLength: 12 });
const bytes = fc.uint8Array({ maxLength: 40 });

/** A client that uses all there is, so that every frame finds somebody. */
async function busy() {
  const scripted = readyClient();
  const { ann, relay } = scripted;
  ann.handle(() => ({}));
  onStream(ann, ({ readable }) => readable.cancel());
  receiveFiles(ann, (file) => file.readable.cancel());
  for (const room of [ann.hub("h"), ann.broadcast("h")]) void room.join({ presence: true });
  void ann.watch("Ann", "h");
  void ann.ask("Bob", {}, { onProgress() {} });
  await until(
    "all of it under way",
    () => relay.socket.has("$watch") && relay.socket.has("joinHub") && relay.socket.has("cmd"),
  );
  return scripted;
}

describe("R4, R7: whatever a server or a peer sends", () => {
  test("text frames of any keys and types harm nothing", async () => {
    await fc.assert(
      fc.asyncProperty(frames, async (told) => {
        const { ann, relay, clock } = await busy();
        for (const frame of told) relay.socket.deliver(JSON.stringify(frame));
        await settled();
        expect(ann.state).toBe("ready");
        for (const { name, sid } of ann.hub("h").members)
          expect([typeof name, typeof sid]).toEqual(["string", "number"]);
        const sent = outcomeOf(ann.to("Bob").send({ n: 1 }));
        relay.socket.inbox.splice(0, relay.socket.inbox.length - 1);
        relay.socket.reply(relay.socket.take("n"), { taken: 1 });
        await settled();
        expect(sent.value).toMatchObject({ taken: 1 });
        ann.close();
        await settled();
        expect(clock.pending).toBe(0);
        expect(Reflect.get({}, "hub")).toBeUndefined();
      }),
      // What was found once is tried each time: a name that has no text.
      { numRuns: 300, examples: [[[{ to: { toString: false } }]]] },
    );
  });

  test("bytes of any kind harm nothing", async () => {
    const { ann, relay } = await busy();
    fc.assert(
      fc.property(bytes, (some) => {
        relay.socket.onmessage?.({ data: some.slice().buffer });
        expect(ann.state).toBe("ready");
      }),
      { numRuns: 1_000 },
    );
  });

  test("a greeting of any kind is a greeting, and its limits are taken as far as they are limits", async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.constantFrom("sid", ...inner), value), async (hello) => {
        const { ann, relay, clock } = connectingClient();
        relay.socket.open();
        relay.socket.deliver(JSON.stringify({ $hello: hello }));
        relay.socket.reply(relay.socket.take("setID"), { name: "Ann" });
        expect(ann.state).toBe("ready");
        ann.close();
        expect(clock.pending).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});
