import { type Issue, ownFault } from "./fault.ts";

/** The part of Standard Schema version 1 that the client uses; supported by zod, valibot, arktype and others. */
export interface StandardSchema<Output = unknown> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

export interface ServiceSchemas {
  readonly request?: StandardSchema | undefined;
  readonly answer?: StandardSchema | undefined;
  readonly progress?: StandardSchema | undefined;
}

/** Schemas for any contract. Contracts exist only as types, so at run time a payload is any object. */
export interface AnySchemas {
  readonly direct?: StandardSchema | undefined;
  readonly hubs?: { readonly [hub: string]: StandardSchema | undefined } | undefined;
  readonly broadcasts?: { readonly [broadcast: string]: StandardSchema | undefined } | undefined;
  readonly services?: { readonly [service: string]: ServiceSchemas | undefined } | undefined;
  readonly state?: { readonly [room: string]: StateSchemas | undefined } | undefined;
}

/** The schemas for the keys of a room's state. */
export type StateSchemas = { readonly [key: string]: StandardSchema | undefined };

/** The entry for a name: under the name itself, or under the longest matching pattern, such as `game-*`. */
export function entryFor<T>(table: { readonly [pattern: string]: T } | undefined, name: string): T | undefined {
  let best: T | undefined;
  let longest = -1;
  for (const [pattern, entry] of Object.entries(table ?? {})) {
    if (pattern === name) return entry;
    const fits = pattern.endsWith("*") && name.startsWith(pattern.slice(0, -1));
    if (!fits || pattern.length <= longest) continue;
    best = entry;
    longest = pattern.length;
  }
  return best;
}

const issueFrom = ({ message, path = [] }: SchemaIssue): Issue => ({
  message,
  path: path.map((part) => (typeof part === "object" ? part.key : part)),
});

/** The value as the schema returns it; throws the fault `invalid`. Without a schema everything is valid. */
export function validated(schema: StandardSchema | undefined, value: unknown, what: string, room?: string): unknown {
  if (!schema) return value;
  const result = schema["~standard"].validate(value);
  // Asynchronous validators are rejected: while one ran, later messages would overtake this one.
  if (result instanceof Promise) throw ownFault("invalid", `${what}: asynchronous schema`);
  if (!result.issues) return result.value;
  const issues = result.issues.map(issueFrom);
  const list = issues.map(({ path, message }) => [path.map(String).join("."), message].filter(Boolean).join(": "));
  const fault = `${what}: ${list.join(", ")}`;
  throw ownFault("invalid", fault, result, { issues, ...(room !== undefined && { room }) });
}
