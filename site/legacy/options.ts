/** What a page may give to `$.achex`, all of it unchecked: pages of the old kind are plain JavaScript. */
export type Given = Readonly<Record<string, unknown>>;

export interface LogoOptions {
  /** Id of the page's own canvas, or of an element to put the logo into. */
  readonly place: string | undefined;
  /** CSS pixels. */
  readonly size: number;
  /** Disappear when the connection is ready. */
  readonly fade: boolean;
}

export interface Options {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** Log in as a service that the operator has added. */
  readonly service: boolean;
  /** Milliseconds before the next attempt; false for none. */
  readonly reconnect: number | false;
  readonly autoconnect: boolean;
  /** false shows none. */
  readonly logo: LogoOptions | false;
  /** Write every frame to the console. */
  readonly debug: boolean;
  readonly opened: () => void;
  readonly closed: () => void;
  readonly received: (message: unknown, text: string, event: MessageEvent) => void;
}

/** The port of the first Achex server, which pages of its time do not name. */
const CLASSIC_PORT = "4010";

/**
 * Where to connect. Without a `url`: to where the library came from. A `url` may lack its scheme; `ws` without a port means
 * 4010, `wss` 443. A path names an instance. Throws on what is no address.
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

const textOf = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" ? String(value) : undefined;

const isRecord = (value: unknown): value is Given => typeof value === "object" && value !== null;

function logoOf(logo: unknown): LogoOptions | false {
  if (logo === false) return false;
  const { canvas, size, fade }: Given = isRecord(logo) ? logo : {};
  const place = textOf(canvas)?.replace(/^#/, "");
  return { place, size: typeof size === "number" && size > 0 ? size : 50, fade: fade === true };
}

function reconnectOf(reconnect: unknown): number | false {
  if (reconnect === false) return false;
  const milliseconds = Number(textOf(reconnect));
  return milliseconds > 0 ? milliseconds : 3_000;
}

/** The page's function with the page's own object as `this`, or nothing. */
function callbackOf(given: Given, name: string): (...values: unknown[]) => void {
  const callback = given[name];
  return typeof callback === "function" ? (...values) => void callback.apply(given, values) : () => {};
}

/** `source` is the address this library was loaded from. Throws with a text for whoever wrote the page. */
export function optionsOf(given: Given, source: URL): Options {
  const username = textOf(given.username);
  if (username === undefined || username === "") throw new Error("no username was given");
  return {
    url: addressOf(given.url, given.port, source),
    username,
    // Servers of the original kind refused an empty one.
    password: textOf(given.password) || "none",
    service: given.service === true,
    reconnect: reconnectOf(given.reconnect),
    autoconnect: given.autoconnect !== false,
    logo: logoOf(given.logo),
    debug: given.dbg === true,
    opened: callbackOf(given, "opencallback"),
    closed: callbackOf(given, "closecallback"),
    received: callbackOf(given, "callback"),
  };
}
