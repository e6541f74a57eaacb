import type { Data } from "./json.ts";
import type { StandardSchema } from "./schema.ts";

/** What an application sends where; a type argument of `connect`. All parts may be left out. */
export interface Contract {
  /** Messages to names and sessions. */
  direct?: object;
  hubs?: { [hub: string]: object };
  broadcasts?: { [broadcast: string]: object };
  services?: { [service: string]: Service };
}

export interface Service {
  request: object;
  answer: object;
  /** What comes before the answer. */
  progress?: object;
}

type Part<C, Key extends string, Otherwise> = Key extends keyof C ? NonNullable<C[Key]> : Otherwise;

export type Direct<C> = Part<C, "direct", Data>;
export type Hubs<C> = Part<C, "hubs", Record<string, Data>>;
export type Broadcasts<C> = Part<C, "broadcasts", Record<string, Data>>;
export type Services<C> = Part<C, "services", Record<string, { request: Data; answer: Data; progress: Data }>>;

export type RequestOf<S> = S extends { request: infer R extends object } ? R : Data;
export type AnswerOf<S> = S extends { answer: infer A extends object } ? A : Data;
export type ProgressOf<S> = S extends { progress: infer P extends object } ? P : Data;

/** Validators by place: checked when something is sent (a rejection) and when it comes (a fault; it is not delivered). */
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
}
