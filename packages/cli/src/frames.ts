import { type AddressKey, addressKeyOf, isJsonObject } from "@achex/protocol";
import { UsageError } from "./failure.ts";

/** The address of a message: its key and one or more targets. */
export interface Target {
  readonly key: AddressKey[0];
  readonly values: readonly string[];
}

function objectIn(text: string): object | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${text} is not valid JSON: ${why}`);
  }
  return isJsonObject(value) ? value : undefined;
}

/** The payload for one argument: an object as it is, or a text as `{"msg":TEXT}`. Throws UsageError. */
export function parsePayload(text: string): Record<string, unknown> {
  return { ...((text.trim().startsWith("{") ? objectIn(text) : undefined) ?? { msg: text }) };
}

function addressText({ key, values }: Target): string {
  const targets = key === "toS" ? values.map(Number) : values;
  return `${JSON.stringify(key)}:${JSON.stringify(targets.length === 1 ? targets[0] : targets)}`;
}

/**
 * The frame that sends one argument or line to a target. The text of an object is kept unchanged, after the address; any other
 * text is sent as `{"msg":TEXT}`. Without a target, the text must be a complete frame and is sent unchanged. Throws UsageError.
 */
export function buildFrame(text: string, target: Target | undefined): string {
  const trimmed = text.trim();
  const isObject = trimmed.startsWith("{");
  if (!target) {
    if (!isObject || !objectIn(trimmed)) {
      throw new UsageError(`${text} is not a frame; give a target (--to, --to-session, --bc, --hub) or a JSON object`);
    }
    return text;
  }
  if (!isObject) return `{${addressText(target)},"msg":${JSON.stringify(text)}}`;
  const payload = objectIn(trimmed) ?? {};
  const own = addressKeyOf(payload)?.[0];
  if (own)
    throw new UsageError(`${text} already has an address in ${JSON.stringify(own)}; remove it or the target option`);
  const rest = trimmed.slice(1);
  return `{${addressText(target)}${rest.trim() === "}" ? "" : ","}${rest}`;
}
