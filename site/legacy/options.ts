import { isJsonObject } from "@achex/protocol";
/** The options that a page passes to `$.achex`. Old pages are plain JavaScript, so any value can have any type. */
export type Given = Readonly<Record<string, unknown>>;

export interface LogoOptions {
  /** Id of the page's own canvas, or of an element to put the logo into. */
  readonly place: string | undefined;
  /** CSS pixels. */
  readonly size: number;
  /** Pixels left free around the logo, both sides together (`soffset`). */
  readonly margin: number;
}

/** The port of the first Achex server, which pages of its time do not name. */
const CLASSIC_PORT = "4010";

/**
 * The address to connect to. Without a `url`, the server that the library was loaded from. A `url` may lack its scheme; without
 * a port, `ws` means 4010 and `wss` 443. A path names an instance. Throws if the result is not an address.
 */
export function addressOf(url: unknown, port: unknown, source: URL): string {
  const secure = source.protocol === "https:";
  const given = typeof url === "string" && url.trim() !== "" ? url.trim() : undefined;
  const schemed = given === undefined || /^[a-z]+:\/\//i.test(given) ? given : `${secure ? "wss" : "ws"}://${given}`;
  const address = new URL((schemed ?? `${secure ? "wss" : "ws"}://${source.host}/`).replace(/^http/i, "ws"));
  if (typeof port === "number" || (typeof port === "string" && port !== "")) address.port = String(port);
  else if (address.port === "" && address.protocol === "ws:") address.port = CLASSIC_PORT;
  return address.href;
}

/** Text, or the decimal text of a number; `""` for anything else. */
export const textOf = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";

/** Old pages write switches as `true`, `1` or `"1"`. */
export const isOn = (value: unknown): boolean => Boolean(value) && value !== "0" && value !== "false";

/** Milliseconds before the next attempt, false for none. */
export function reconnectDelay(reconnect: unknown): number | false {
  if (reconnect === false) return false;
  const milliseconds = Number(textOf(reconnect));
  return milliseconds > 0 ? milliseconds : 3_000;
}

/** `logo: false` shows none. */
export function logoOptions({ logo }: Given): LogoOptions | false {
  if (logo === false) return false;
  const { canvas, size, soffset }: Given = isJsonObject(logo) ? logo : {};
  return {
    place: textOf(canvas).replace(/^#/, "") || undefined,
    size: typeof size === "number" && size > 0 ? size : 50,
    margin: typeof soffset === "number" && soffset >= 0 ? soffset : 10,
  };
}

/**
 * Whether the logo fades out once connected. The first generation of the library has `fade` next to `logo`, later ones inside
 * it.
 */
export const fades = ({ logo, fade }: Given): boolean => isOn((isJsonObject(logo) ? logo.fade : undefined) ?? fade);
