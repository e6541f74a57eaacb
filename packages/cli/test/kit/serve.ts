import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Running, type Surroundings, start } from "./achex.ts";

/** Runs `achex serve` on free ports with its own data folder. */
export interface Served extends AsyncDisposable {
  readonly command: Running;
  /** `HOST:PORT` of the classic and of the cloud port. */
  readonly classic: string;
  readonly cloud: string;
  readonly data: string;
}

/** A temporary folder, removed after the test. */
export function temporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "achex-cli-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export const serve = (...args: string[]): Promise<Served> => serveIn({}, ...args);

export async function serveIn(surroundings: Surroundings, ...args: string[]): Promise<Served> {
  const folder = temporaryFolder();
  const own = ["--port", "0", "--cloud-port", "0", "--data", folder.path, "--log", "json"];
  const command = start(["serve", ...own, ...args], { cwd: folder.path, ...surroundings });
  const first: unknown = JSON.parse(await command.out.next("the listening event", 20_000));
  const { main, cloud } = portsIn(first);
  return {
    command,
    classic: `localhost:${main}`,
    cloud: `localhost:${cloud}`,
    data: folder.path,
    async [Symbol.asyncDispose]() {
      await command[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

function portsIn(event: unknown): { main: number; cloud: number } {
  if (typeof event === "object" && event !== null && "properties" in event) {
    const { properties } = event;
    if (typeof properties === "object" && properties !== null && "main" in properties && "cloud" in properties) {
      return { main: Number(properties.main), cloud: Number(properties.cloud) };
    }
  }
  throw new Error(`the first line is not a listening event: ${JSON.stringify(event)}`);
}
