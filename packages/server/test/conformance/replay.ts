import { TestClient } from "../kit/client.ts";
import { within } from "../kit/wait.ts";
import { Placeholders } from "./placeholders.ts";
import type { Target } from "./target.ts";
import type { ClientSpec, Step, Vector } from "./vectors.ts";

/** One vector against one server; the error says which step failed. */
export async function replay(target: Target, vector: Vector): Promise<void> {
  using stage = new Stage(target, vector);
  const before = await target.drops();
  for (const [index, step] of vector.steps.entries()) {
    try {
      await stage.play(step);
    } catch (error) {
      throw new Error(`${vector.id}, step ${index + 1} ${JSON.stringify(step).slice(0, 300)}`, { cause: error });
    }
  }
  await stage.leave();
  const after = await target.drops();
  if (!before || !after) return;
  const dropped = new Map(Object.entries(after).map(([reason, count]) => [reason, count - (before[reason] ?? 0)]));
  for (const [reason, count] of Object.entries(vector.drops ?? {})) {
    const actual = dropped.get(reason) ?? 0;
    dropped.delete(reason);
    if (actual !== count)
      throw new Error(`${vector.id} should count ${count} drops as ${reason}, it counted ${actual}`);
  }
  for (const [reason, count] of dropped) {
    if (count !== 0) throw new Error(`${vector.id} counted ${count} drops as ${reason} that it does not name`);
  }
}

class Stage implements Disposable {
  private readonly connected = new Map<string, TestClient>();
  private readonly placeholders: Placeholders;

  constructor(
    private readonly target: Target,
    private readonly vector: Vector,
  ) {
    const run = Math.random().toString(36).slice(2, 10);
    this.placeholders = new Placeholders(run, Object.keys(vector.clients));
  }

  async play(step: Step): Promise<void> {
    if ("connect" in step) await this.connect(step.connect);
    else if ("refused" in step) await this.refused(step.refused, step.status);
    else if ("binary" in step) this.client(step.from).sendBytes(Uint8Array.fromHex(step.binary));
    else if ("from" in step) this.client(step.from).send(this.placeholders.fill(step.text, step.fill));
    else if ("to" in step) {
      const wrong = this.placeholders.mismatch(step.text, await this.client(step.to).next(step.text), step.fill);
      if (wrong !== undefined) throw new Error(wrong);
    } else if ("quiet" in step) for (const name of step.quiet) await this.client(name).quiet();
    else if ("close" in step) {
      await this.client(step.close).close();
      this.connected.delete(step.close);
    } else await this.closed(step.closed, step.code);
  }

  /** All close cleanly, so that nothing of this replay is left when the next one starts. */
  async leave(): Promise<void> {
    for (const client of this.connected.values()) await client.close();
  }

  [Symbol.dispose](): void {
    for (const client of this.connected.values()) client[Symbol.dispose]();
  }

  private client(name: string): TestClient {
    const client = this.connected.get(name);
    if (!client) throw new Error(`client ${name} is not connected`);
    return client;
  }

  private spec(name: string): ClientSpec {
    const spec = this.vector.clients[name];
    if (!spec) throw new Error(`client ${name} is not among the clients`);
    return spec;
  }

  private url({ path, port }: ClientSpec): string {
    const base = port === "cloud" ? this.target.cloud : this.target.main;
    if (base === undefined) throw new Error("the server has no cloud port");
    return base + this.placeholders.fill(path);
  }

  private async connect(name: string): Promise<void> {
    const spec = this.spec(name);
    const headers: Record<string, string> = {};
    if (spec.origin !== undefined) headers.origin = spec.origin;
    if (spec.protocol !== undefined) headers["sec-websocket-protocol"] = this.placeholders.fill(spec.protocol);
    this.connected.set(name, await TestClient.connect(this.url(spec), headers));
  }

  /** A WebSocket client cannot see the status of a refusal, so the handshake is written as plain HTTP. */
  private async refused(name: string, status: number): Promise<void> {
    const response = fetch(this.url(this.spec(name)).replace(/^ws/, "http"), {
      headers: {
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
      },
    });
    const answer = await within("the answer to a handshake", response);
    if (answer.status !== status) throw new Error(`the handshake was answered with ${answer.status}`);
  }

  private async closed(name: string, code: number): Promise<void> {
    const client = this.client(name);
    this.connected.delete(name);
    const end = await within(`the end of ${name}`, client.closed);
    if (end.code !== code) throw new Error(`the connection was closed with ${end.code}`);
  }
}
