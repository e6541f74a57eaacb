import { createHash } from "node:crypto";
import { receiveFiles, sendFile } from "../../../packages/client/src/files.ts";
import { connect } from "../../../packages/client/src/index.ts";
import { onStream, openStream } from "../../../packages/client/src/streams.ts";

type Data = Readonly<Record<string, unknown>>;

const noise = (size: number) => Uint8Array.from({ length: size }, (_, at) => (at * 7919) >> 3);
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** A client in TypeScript that the C++ tests talk to. */
export class Peer {
  readonly #client: ReturnType<typeof connect>;
  /** Numbers that arrived in the hub, as far as they came in order: 0, 1, 2 and so on. */
  #inOrder = 0;
  #disorder = 0;
  #sent = 0;
  readonly #files: string[] = [];
  readonly #streams: string[] = [];

  constructor(url: string, name: string) {
    this.#client = connect(url, { name });
    this.#client.handle(({ a, b }) => ({ sum: Number(a) + Number(b) }));
    this.#client.on("message", ({ data: { n } }) => {
      if (n === this.#inOrder) this.#inOrder++;
      else if (n !== undefined) this.#disorder++;
    });
    onStream(this.#client, async ({ readable }) => {
      const hash = createHash("sha256");
      for await (const chunk of readable) hash.update(chunk);
      this.#streams.push(hash.digest("hex"));
    });
    // After onStream(): of several handlers, the one added last decides first.
    receiveFiles(this.#client, async (file) => {
      this.#files.push(sha256(new Uint8Array(await (await file.blob()).arrayBuffer())));
    });
  }

  ready() {
    return this.#client.ready();
  }

  close(): void {
    this.#client.close();
  }

  async command({ what, to, hub, count, size }: Data): Promise<Data> {
    switch (what) {
      case "join":
        await this.#client.hub(String(hub)).join({ presence: true, state: true });
        return { sid: this.#client.sid };
      case "send":
        void this.#sendMany(String(hub), Number(count));
        return {};
      case "counts":
        return { received: this.#inOrder, disorder: this.#disorder, sent: this.#sent };
      case "ask":
        return await this.#client.ask(String(to), { a: 2, b: 3 });
      case "send-file": {
        const { sha256: hash } = await sendFile(this.#client, String(to), new File([noise(Number(size))], "noise.bin"));
        return { hash };
      }
      case "send-stream": {
        const bytes = noise(Number(size));
        const { writable } = await openStream(this.#client, String(to), { what: "noise" });
        const writer = writable.getWriter();
        await writer.write(bytes);
        await writer.close();
        return { hash: sha256(bytes) };
      }
      case "files":
        return { files: this.#files, streams: this.#streams };
      case "state":
        await this.#client.hub(String(hub)).state.increment("count", Number(count));
        return { values: this.#client.hub(String(hub)).state.snapshot() };
      default:
        throw new Error(`unknown command ${what}`);
    }
  }

  /** As fast as the client allows. */
  async #sendMany(hub: string, count: number): Promise<void> {
    const room = this.#client.hub(hub);
    for (let n = 0; n < count; n++) {
      // The relay's acknowledgements arrive between turns of the loop.
      if (n % 500 === 0) await Bun.sleep(0);
      while (this.#client.pressure > 0.5) await Bun.sleep(1);
      void room.send({ n }, { confirm: false });
      this.#sent++;
    }
  }
}
