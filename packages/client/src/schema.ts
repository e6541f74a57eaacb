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

/** The value as the schema gives it back; throws the fault `invalid`. Without a schema everything fits. */
export function checked(schema: StandardSchema | undefined, value: unknown, what: string): unknown {
  const result = schema?.["~standard"].validate(value) ?? { value };
  // Waiting would let later messages overtake this one.
  if (result instanceof Promise) throw ownFault("invalid", `${what}: asynchronous schema`);
  if (!result.issues) return result.value;
  throw ownFault("invalid", `${what}: ${result.issues.map(({ message }) => message).join(", ")}`);
}
