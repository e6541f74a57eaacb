import { binaryFrame, partsOf } from "../kit/binary-frame.ts";
import { TestClient } from "../kit/client.ts";
import { within } from "../kit/wait.ts";
import { Placeholders } from "./placeholders.ts";
import type { Target } from "./target.ts";
import type { ClientSpec, Step, Vector } from "./vectors.ts";

type Counts = Readonly<Record<string, number>>;

/** One vector against one server; the error says which step failed. */
export async function replay(target: Target, vector: Vector): Promise<void> {
  target.fromFirstNode?.();
  using stage = new Stage(target, vector);
  const before = await target.refusals();
  for (const [index, step] of vector.steps.entries()) {
    try {
      await stage.play(step);
    } catch (error) {
      throw new Error(`${vector.id}, step ${index + 1} ${JSON.stringify(step).slice(0, 300)}`, { cause: error });
    }
  }
  await stage.leave();
  const after = await target.refusals();
  if (!before || !after) return;
  compare(`${vector.id}: drops`, vector.drops, before.drops, after.drops);
  compare(`${vector.id}: faults`, vector.faults, before.faults, after.faults);
}

/** Exactly these may have been added to the counters. */
function compare(what: string, named: Counts = {}, before: Counts, after: Counts): void {
  for (const reason of new Set([...Object.keys(named), ...Object.keys(after)])) {
    const counted = (after[reason] ?? 0) - (before[reason] ?? 0);
    const expected = named[reason] ?? 0;
    if (counted !== expected) throw new Error(`${what}: ${reason} counted ${counted} times instead of ${expected}`);
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
    else if ("header" in step) await this.binary(step);
    else if ("from" in step) this.client(step.from).send(this.placeholders.fill(step.text, step.fill));
    else if ("to" in step) await this.receive(step);
    else if ("quiet" in step) for (const name of step.quiet) await this.client(name).expectNothing();
    else if ("close" in step) {
      await this.client(step.close).close();
      this.connected.delete(step.close);
    } else if ("drop" in step) {
      this.client(step.drop).drop();
      this.connected.delete(step.drop);
    } else await this.closed(step.closed, step.code);
  }

  private async receive(
    step: Extract<Step, { to: string; json: object } | { to: string; text: string }>,
  ): Promise<void> {
    const client = this.client(step.to);
    const wrong =
      "json" in step
        ? this.placeholders.jsonMismatch(step.json, await client.next(JSON.stringify(step.json)))
        : this.placeholders.mismatch(step.text, await client.next(step.text), step.fill);
    if (wrong !== undefined) throw new Error(wrong);
  }

  private async binary(step: Extract<Step, { header: string }>): Promise<void> {
    if ("from" in step) {
      this.client(step.from).sendBytes(
        binaryFrame(this.placeholders.fill(step.header), Uint8Array.fromHex(step.bytes)),
      );
      return;
    }
    const { header, body } = partsOf(await this.client(step.to).next(step.header));
    const wrong = this.placeholders.mismatch(step.header, header);
    if (wrong !== undefined) throw new Error(wrong);
    if (body.toHex() !== step.bytes) throw new Error(`expected ${step.bytes} and got ${body.toHex()}`);
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

  private url(name: string): string {
    const { path, port } = this.spec(name);
    const base = port === "cloud" ? this.target.cloud : this.target.main;
    if (base === undefined) throw new Error("the server has no cloud port");
    return base + this.placeholders.fill(path);
  }

  private async connect(name: string): Promise<void> {
    const spec = this.spec(name);
    const headers: Record<string, string> = {};
    if (spec.origin !== undefined) headers.origin = spec.origin;
    if (spec.protocol !== undefined) headers["sec-websocket-protocol"] = this.placeholders.fill(spec.protocol);
    this.connected.set(name, await TestClient.connect(this.url(name), headers));
  }

  /** A WebSocket client cannot see the status of a refusal, so the handshake is written as plain HTTP. */
  private async refused(name: string, status: number): Promise<void> {
    const response = fetch(this.url(name).replace(/^ws/, "http"), {
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
