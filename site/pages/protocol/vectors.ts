import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isJsonObject, type JsonObject } from "@achex/protocol";

/** See vectors/README.md. Steps that a diagram does not show are left out when it is read. */
export type Step =
  | { readonly connect: string }
  | { readonly from: string; readonly text: string }
  | { readonly to: string; readonly text: string }
  | { readonly close: string }
  | { readonly drop: string }
  | { readonly closed: string; readonly code: number };

export interface Client {
  readonly path: string;
  readonly protocol?: string;
}

export interface Case {
  readonly id: string;
  readonly title: string;
  readonly clients: Readonly<Record<string, Client>>;
  readonly steps: readonly Step[];
}

const textIn = (fields: JsonObject, key: string): string => (typeof fields[key] === "string" ? fields[key] : "");

/** The beginning of a frame for which a vector lists only some members. */
const partialText = (json: JsonObject): string =>
  JSON.stringify(json)
    .replace(/"(<\w+>)"/g, "$1")
    .replace(/\}+$/, ",<more>");

function stepOf(value: unknown): readonly Step[] {
  if (!isJsonObject(value)) return [];
  const text = isJsonObject(value.json) ? partialText(value.json) : textIn(value, "text");
  if (typeof value.connect === "string") return [{ connect: value.connect }];
  if (typeof value.from === "string" && text !== "") return [{ from: value.from, text }];
  if (typeof value.to === "string" && text !== "") return [{ to: value.to, text }];
  if (typeof value.close === "string") return [{ close: value.close }];
  if (typeof value.drop === "string") return [{ drop: value.drop }];
  if (typeof value.closed === "string") return [{ closed: value.closed, code: Number(value.code) }];
  return [];
}

function clientsOf(value: unknown): Record<string, Client> {
  const clients: Record<string, Client> = {};
  for (const [name, fields] of Object.entries(isJsonObject(value) ? value : {})) {
    if (!isJsonObject(fields)) continue;
    const protocol = textIn(fields, "protocol");
    clients[name] = { path: textIn(fields, "path"), ...(protocol === "" ? {} : { protocol }) };
  }
  return clients;
}

/** The cases of vectors/<name>.json. */
export async function readCases(name: string): Promise<readonly Case[]> {
  const data: unknown = JSON.parse(await readFile(join(import.meta.dir, "../../../vectors", `${name}.json`), "utf8"));
  const cases = isJsonObject(data) && Array.isArray(data.cases) ? data.cases : [];
  return cases.filter(isJsonObject).map((one) => ({
    id: textIn(one, "id"),
    title: textIn(one, "title"),
    clients: clientsOf(one.clients),
    steps: Array.isArray(one.steps) ? one.steps.flatMap(stepOf) : [],
  }));
}
