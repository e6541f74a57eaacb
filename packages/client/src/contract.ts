import type { Data } from "./json.ts";
import type { ServiceSchemas, StandardSchema } from "./schema.ts";

/**
 * The types of what an application sends to each channel; the type argument of `connect`. Every part is optional. A name that
 * ends in `*` matches all names with that prefix.
 */
export interface Contract {
  /** Messages to names and sessions. */
  direct?: object;
  hubs?: { [hub: string]: object };
  broadcasts?: { [broadcast: string]: object };
  services?: { [service: string]: Service };
  /** The type of each key in the state of a hub or broadcast. A key that ends in `*` stands for all keys with that prefix. */
  state?: { [room: string]: object };
}

export interface Service {
  request: object;
  answer: object;
  /** Progress reports before the answer. */
  progress?: object;
}

/** Rejects contracts with keys that are not in Contract, such as `hub` for `hubs`. */
export type Strict<C> = { readonly [K in Exclude<keyof C, keyof Contract>]: never };

type Part<C, Key extends string, Otherwise> = Key extends keyof C ? NonNullable<C[Key]> : Otherwise;

export type Direct<C> = Part<C, "direct", Data>;
export type Hubs<C> = Part<C, "hubs", Record<string, Data>>;
export type Broadcasts<C> = Part<C, "broadcasts", Record<string, Data>>;
export type Services<C> = Part<C, "services", Record<string, { request: Data; answer: Data; progress: Data }>>;

type States<C> = Part<C, "state", Record<never, never>>;

type NamesOf<Key> = Key extends `${infer Prefix}*` ? `${Prefix}${string}` : Key;

/** The names that a table of the contract allows. */
export type NameIn<Table> = NamesOf<keyof Table & string>;

/** The table's entry for a name: under the name itself, or under a matching pattern. */
export type EntryFor<Table, Name> = Name extends keyof Table
  ? Table[Name]
  : { [Key in keyof Table]: Name extends NamesOf<Key> ? Table[Key] : never }[keyof Table];

type Keyed<Table> = { [Key in keyof Table as NamesOf<Key>]: Table[Key] };

/** The state of a room; any JSON values if the contract does not describe it. */
export type StateOf<C, Name> = [EntryFor<States<C>, Name>] extends [never] ? Data : Keyed<EntryFor<States<C>, Name>>;

export type RequestOf<S> = S extends { request: infer R extends object } ? R : Data;
export type AnswerOf<S> = S extends { answer: infer A extends object } ? A : Data;
export type ProgressOf<S> = S extends { progress: infer P extends object } ? P : Data;

/**
 * Validators for messages. A message that does not match is rejected when sent; when received, it is not delivered and emits a
 * fault.
 */
export interface Schemas<C> {
  readonly direct?: StandardSchema<Direct<C>>;
  readonly hubs?: { readonly [H in keyof Hubs<C>]?: StandardSchema<Hubs<C>[H]> };
  readonly broadcasts?: { readonly [B in keyof Broadcasts<C>]?: StandardSchema<Broadcasts<C>[B]> };
  readonly services?: {
    readonly [S in keyof Services<C>]?: {
      readonly request?: StandardSchema<RequestOf<Services<C>[S]>>;
      readonly answer?: StandardSchema<AnswerOf<Services<C>[S]>>;
      readonly progress?: StandardSchema<ProgressOf<Services<C>[S]>>;
    };
  };
  /** For each room, a schema for each key. A value that does not match is missing in the state. */
  readonly state?: {
    readonly [R in keyof States<C>]?: { readonly [Key in keyof States<C>[R]]?: StandardSchema<States<C>[R][Key]> };
  };
}

type Output<Schema> = Schema extends StandardSchema<infer Value extends object> ? Value : Data;
type Outputs<Table> = { [Name in keyof Table]: Output<Table[Name]> };
type ValueOf<Schema> = Schema extends StandardSchema<infer Value> ? Value : unknown;
type ServiceOf<S> = S extends ServiceSchemas
  ? { request: Output<S["request"]>; answer: Output<S["answer"]>; progress: Output<S["progress"]> }
  : never;

/** The contract that a table of schemas describes. */
export type ContractOf<S> = (S extends { direct: infer D } ? { direct: Output<D> } : object) &
  (S extends { hubs: infer Table } ? { hubs: Outputs<Table> } : object) &
  (S extends { broadcasts: infer Table } ? { broadcasts: Outputs<Table> } : object) &
  (S extends { services: infer Table } ? { services: { [Name in keyof Table]: ServiceOf<Table[Name]> } } : object) &
  (S extends { state: infer Table }
    ? { state: { [Room in keyof Table]: { [Key in keyof Table[Room]]: ValueOf<Table[Room][Key]> } } }
    : object);
