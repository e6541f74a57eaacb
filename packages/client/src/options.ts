import type { Options } from "./api.ts";
import type { ServiceSchemas } from "./calls.ts";
import type { StandardSchema } from "./schema.ts";

export interface AnySchemas {
  readonly direct?: StandardSchema;
  readonly hubs?: { readonly [hub: string]: StandardSchema | undefined };
  readonly broadcasts?: { readonly [broadcast: string]: StandardSchema | undefined };
  readonly services?: { readonly [service: string]: ServiceSchemas | undefined };
}

/** Contracts are types only: inside, a payload is any object. */
export type AnyContract = Record<never, never>;

export type AnyOptions = Omit<Options<object>, "schemas"> & { readonly schemas?: AnySchemas };
