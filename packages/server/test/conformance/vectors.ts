import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Options of a server by their name: `{ "max-channels": 2 }` is `--max-channels 2`. */
export type Options = Readonly<Record<string, string | number>>;

/** Equal for equal options, whatever their order: `max-channels=2 max-targets=3`. */
export const optionsText = (options: Options = {}): string =>
  Object.entries(options)
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(" ");

/** See vectors/README.md. */
export interface ClientSpec {
  readonly path: string;
  readonly port?: "cloud";
  readonly origin?: string;
  readonly protocol?: string;
}

export type Step =
  | { readonly connect: string }
  | { readonly refused: string; readonly status: number }
  | { readonly from: string; readonly text: string; readonly fill?: number }
  | { readonly from: string; readonly binary: string }
  | { readonly from: string; readonly header: string; readonly bytes: string }
  | { readonly to: string; readonly text: string; readonly fill?: number }
  | { readonly to: string; readonly json: object }
  | { readonly to: string; readonly header: string; readonly bytes: string }
  | { readonly quiet: readonly string[] }
  | { readonly close: string }
  | { readonly drop: string }
  | { readonly closed: string; readonly code: number };

export interface Vector {
  readonly id: string;
  readonly rules: readonly string[];
  readonly title: string;
  /** Options the server is started with; the defaults when left out. */
  readonly options?: Options;
  readonly clients: Readonly<Record<string, ClientSpec>>;
  /** Frames the server drops in the course of it, by reason; none when left out. */
  readonly drops?: Readonly<Record<string, number>>;
  /** Frames of achex.2 the server refuses in the course of it, by code; none when left out. */
  readonly faults?: Readonly<Record<string, number>>;
  readonly steps: readonly Step[];
}

/** A service that the operator has added before a file's cases are played. */
export interface ServiceSpec {
  readonly name: string;
  readonly passwd: string;
  readonly delivery: "all" | "one";
}

export interface VectorFile {
  readonly name: string;
  readonly about: string;
  readonly services?: readonly ServiceSpec[];
  readonly cases: readonly Vector[];
}

/** Those that any of the files asks for. */
export const vectorServices = (): readonly ServiceSpec[] => vectorFiles.flatMap(({ services = [] }) => services);

const folder = join(import.meta.dir, "../../../../vectors");

export const vectorFiles: readonly VectorFile[] = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .sort()
  .map((name) => ({ name, ...JSON.parse(readFileSync(join(folder, name), "utf8")) }));
