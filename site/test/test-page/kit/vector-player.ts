import { addressKeyOf, isJsonObject, joinBinary, splitBinary } from "@achex/protocol";
import { Placeholders } from "../../../../packages/server/test/conformance/placeholders.ts";
import type { ClientSpec, Step, Vector } from "../../../../packages/server/test/conformance/vectors.ts";
import type { FrameStatus } from "../../../pages/test/model/frame-status.ts";
import { hexOf } from "../../../pages/test/model/hex.ts";
import { isRoot } from "../../../pages/test/model/setup.ts";
import { TOKEN_MASK } from "../../../pages/test/model/token-mask.ts";
import { driver, type ExportedLine, type Spec } from "./driver.ts";

export interface Servers {
  /** `host:port` */
  readonly main: string;
  readonly cloud: string;
}

const inHex = (header: string, bytes: string): string =>
  hexOf(joinBinary(header, Uint8Array.fromHex(bytes)) ?? new Uint8Array());

export interface Played {
  readonly achex2: readonly FrameStatus[];
  readonly legacy: readonly FrameStatus[];
  /** Messages that the clients received. */
  readonly messages: number;
}

/** By its fields, since a key may be spelt with escapes. */
function isReceivedMessage({ direction, text, hex }: ExportedLine): boolean {
  if (direction !== "in") return false;
  try {
    const fields: unknown = JSON.parse(text ?? splitBinary(Uint8Array.fromHex(hex ?? ""))?.header ?? "");
    return isJsonObject(fields) && "sID" in fields && "FROM" in fields && addressKeyOf(fields) !== undefined;
  } catch {
    return false;
  }
}

/** Plays a vector inside the test page: each client of the vector is a client of the page. */
export class VectorPlayer {
  private readonly names: readonly string[];
  private readonly heard = new Map<string, number>();
  private readonly placeholders: Placeholders;
  private echoes = 0;

  constructor(
    private readonly servers: Servers,
    private readonly vector: Vector,
  ) {
    this.names = Object.keys(vector.clients);
    this.placeholders = new Placeholders(Math.random().toString(36).slice(2, 10), this.names);
  }

  /** Returns the statuses of all frames sent. */
  async play(): Promise<Played> {
    await driver.clients(this.names.length);
    for (const [index, step] of this.vector.steps.entries()) {
      try {
        await this.step(step);
      } catch (error) {
        const where = `${this.vector.id}, step ${index + 1} ${JSON.stringify(step).slice(0, 300)}`;
        // Of an error in the page, only its message reaches the test.
        throw new Error(`${where}: ${error instanceof Error ? error.message.slice(0, 300) : error}`, { cause: error });
      }
    }
    const statuses: Record<"achex2" | "legacy", FrameStatus[]> = { achex2: [], legacy: [] };
    let messages = 0;
    for (const [at, name] of this.names.entries()) {
      const kind = this.vector.clients[name]?.protocol === "achex.2" ? "achex2" : "legacy";
      statuses[kind].push(...(await driver.statuses(at)));
      messages += driver.lines(at).filter(isReceivedMessage).length;
      await driver.leave(at);
    }
    return { ...statuses, messages };
  }

  private at(name: string): number {
    return this.names.indexOf(name);
  }

  private async step(step: Step): Promise<void> {
    if ("connect" in step) {
      await this.connect(step.connect);
      await driver.connected(this.at(step.connect));
    } else if ("refused" in step) {
      await this.connect(step.refused);
      await this.closed(step.refused, 1006);
    } else if ("from" in step) await this.send(step);
    else if ("to" in step) await this.receive(step);
    else if ("quiet" in step) for (const name of step.quiet) await this.quiet(name);
    else if ("close" in step) await driver.disconnect(this.at(step.close));
    // A page cannot; see playable() in vectors.test.ts.
    else if ("drop" in step) throw new Error("a page cannot drop a connection");
    else await this.closed(step.closed, step.code);
  }

  private spec({ path, port, protocol = "" }: ClientSpec): Spec {
    const own = protocol === "achex.2";
    const filled = this.placeholders.fill(path);
    const dialect = own ? "achex.2" : port === "cloud" || !isRoot(filled) ? "cloud" : "classic";
    return {
      server: port === "cloud" ? this.servers.cloud : this.servers.main,
      path: filled,
      dialect,
      protocol: own ? "" : this.placeholders.fill(protocol),
      // A vector about reports is to see them.
      reports: !filled.includes("reports"),
    };
  }

  private async connect(name: string): Promise<void> {
    const spec = this.vector.clients[name];
    if (!spec) throw new Error(`client ${name} is not among the clients`);
    await driver.connect(this.at(name), this.spec(spec));
  }

  private async send(step: Extract<Step, { readonly from: string }>): Promise<void> {
    const at = this.at(step.from);
    if ("text" in step) {
      const text = this.placeholders.fill(step.text, step.fill);
      await driver.send(at, text);
      return;
    }
    const hex = "binary" in step ? step.binary : inHex(this.placeholders.fill(step.header), step.bytes);
    await driver.sendBytes(at, hex);
  }

  private async next(name: string): Promise<ExportedLine> {
    const number = this.heard.get(name) ?? 0;
    this.heard.set(name, number + 1);
    return await driver.received(this.at(name), number);
  }

  private async receive(step: Extract<Step, { readonly to: string }>): Promise<void> {
    const line = await this.next(step.to);
    if ("json" in step) {
      const wrong = this.placeholders.jsonMismatch(step.json, line.text ?? "");
      if (wrong !== undefined) throw new Error(wrong);
      return;
    }
    if ("text" in step) {
      // The page masks every token alike.
      const text = step.text.replace(/<token\d*>/g, TOKEN_MASK);
      const wrong = this.placeholders.mismatch(text, line.text ?? `bytes ${line.hex}`, step.fill);
      if (wrong !== undefined) throw new Error(wrong);
      return;
    }
    const bytes = Uint8Array.fromHex(line.hex ?? "");
    const length = (bytes[0] ?? 0) * 256 + (bytes[1] ?? 0);
    const header = new TextDecoder().decode(bytes.subarray(2, 2 + length));
    const wrong = this.placeholders.mismatch(step.header, header);
    if (wrong !== undefined) throw new Error(wrong);
    if (hexOf(bytes.subarray(2 + length)) !== step.bytes) throw new Error(`other bytes: ${line.hex}`);
  }

  private async quiet(name: string): Promise<void> {
    const text = `{"echo":"quiet ${this.echoes++}"}`;
    await driver.send(this.at(name), text);
    const line = await this.next(name);
    if (line.text !== text) throw new Error(`${name} got ${line.text ?? line.hex} where nothing was due`);
  }

  private async closed(name: string, code: number): Promise<void> {
    const line = await driver.ended(this.at(name));
    if (line.code !== code) throw new Error(`the connection ended with ${line.code}`);
  }
}
