import { ownFault } from "./fault.ts";

/** The part of Standard Schema version 1 that is used here; zod, valibot, arktype and others have it. */
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
  | { readonly issues: readonly { readonly message: string; readonly path?: readonly unknown[] | undefined }[] };

export interface ServiceSchemas {
  readonly request?: StandardSchema | undefined;
  readonly answer?: StandardSchema | undefined;
  readonly progress?: StandardSchema | undefined;
}

/** The schemas of any contract: contracts are types only, so at run time a payload is any object. */
export interface AnySchemas {
  readonly direct?: StandardSchema;
  readonly hubs?: { readonly [hub: string]: StandardSchema | undefined };
  readonly broadcasts?: { readonly [broadcast: string]: StandardSchema | undefined };
  readonly services?: { readonly [service: string]: ServiceSchemas | undefined };
}

/** The value as the schema returns it; throws the fault `invalid`. Without a schema everything is valid. */
export function validated(schema: StandardSchema | undefined, value: unknown, what: string): unknown {
  const result = schema?.["~standard"].validate(value) ?? { value };
  // Waiting would let later messages overtake this one.
  if (result instanceof Promise) throw ownFault("invalid", `${what}: asynchronous schema`);
  if (!result.issues) return result.value;
  throw ownFault("invalid", `${what}: ${result.issues.map(({ message }) => message).join(", ")}`);
}
