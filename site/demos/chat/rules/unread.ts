import type { Entry } from "./timeline.ts";

/** Up to where somebody has read: a position if the relay keeps the conversation, and a time. */
export interface ReadMark {
  readonly epoch?: string | undefined;
  readonly order: number;
  readonly at: number;
}

/** What was not on the screen yet. Own messages and what cannot be read never count. */
export function isUnread(
  { author, order, at, isDeleted, problem }: Entry,
  me: string,
  mark: ReadMark | undefined,
  epoch: string | undefined,
): boolean {
  if (author === me || isDeleted || problem !== undefined) return false;
  if (!mark) return true;
  return mark.epoch !== undefined && mark.epoch === epoch ? order > mark.order : at > mark.at;
}

/** A mark from storage, which anything may have been written to. */
export function readMarkFrom(text: string | null | undefined): ReadMark | undefined {
  try {
    const { epoch, order, at }: Record<string, unknown> = Object(JSON.parse(text ?? "null"));
    if (typeof order !== "number" || typeof at !== "number") return undefined;
    return { ...(typeof epoch === "string" && { epoch }), order, at };
  } catch {
    return undefined;
  }
}
