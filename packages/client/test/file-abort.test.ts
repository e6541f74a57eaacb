import { expect, test } from "bun:test";
import { startServer } from "../../server/test/kit/server.ts";
import { receiveFiles, sendFile } from "../src/files.ts";
import { connect } from "../src/index.ts";
import { faultOf, outcomeOf, readyClient, settled } from "./kit/scripted-client.ts";
import { until } from "./kit/until.ts";

/** A file whose bytes come only when the test lets them. */
function slowFile(size: number) {
  const waiting: (() => void)[] = [];
  return {
    waiting,
    file: {
      size,
      type: "",
      slice: (start: number, end: number) => ({
        arrayBuffer: async () => {
          if (start > 0) await new Promise<void>((resolve) => waiting.push(resolve));
          return new ArrayBuffer(end - start);
        },
      }),
    },
  };
}

test("R53: aborted in the middle, the sender rejects as aborted and the receiver fails at once", async () => {
  await using server = await startServer();
  const ann = connect(server.ws(), { name: "Ann" });
  const bob = connect(server.ws(), { name: "Bob" });
  const blobs: Promise<unknown>[] = [];
  receiveFiles(bob, (file) => {
    const blob = file.blob();
    blobs.push(blob);
    return blob;
  });
  await bob.ready();
  const { file, waiting } = slowFile(1024 * 1024);
  const controller = new AbortController();
  const sent = faultOf(sendFile(ann, "Bob", file, { name: "x", signal: controller.signal }));
  await until("the first part to arrive", () => blobs.length === 1 && waiting.length > 0);
  const failed = faultOf(blobs[0] ?? Promise.resolve());
  controller.abort("changed my mind");
  expect(await sent).toMatchObject({ code: "aborted", cause: "changed my mind" });
  expect(await failed).toMatchObject({ code: "aborted", message: "The sender cancelled it." });
  ann.close();
  bob.close();
});

test.each(["while nobody has accepted", "while it waits to resume"])(
  "aborted %s: rejected at once, and nothing follows",
  async (when) => {
    const { ann, relay, clock } = readyClient();
    const controller = new AbortController();
    const sending = outcomeOf(sendFile(ann, "Bob", new Blob(["abc"]), { signal: controller.signal }));
    await until("the offer", () => relay.socket.has("$call"));
    const { $call } = relay.socket.take("$call");
    if (when === "while it waits to resume") {
      relay.socket.deliver({ $answer: { id: Object($call).id, fault: { code: "callee-gone", message: "gone" } } });
      await settled();
    }
    controller.abort();
    await settled();
    expect(sending.code).toBe("aborted");
    clock.advance(5_000);
    await settled();
    if (when === "while it waits to resume") expect(relay.socket.has("$call")).toBe(false);
    else {
      // Accepted too late, it is given up.
      relay.socket.deliver({ toS: 1, $answer: { id: Object($call).id, credit: 1_000 }, sID: 9, FROM: "Bob" });
      await until("the cancel", () => relay.socket.inbox.some(({ $call: call }) => "cancel" in Object(call)));
    }
  },
);
