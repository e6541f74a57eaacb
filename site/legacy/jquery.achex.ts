// The library that pages of the first years load as /js/jquery.achex.js, made anew: the same calls, on today's server.
import { Connection } from "./connection.ts";
import { showLogo } from "./logo.ts";
import { type Given, optionsOf } from "./options.ts";

interface Achex {
  (options: Given): void;
  /** An object, or text that goes out as it is. Waits until the login is through. */
  send(message: unknown): void;
  join(hub: string | number): void;
  close(): void;
  /** For `autoconnect: false`, and after close(). */
  connect(): void;
  isReady(): boolean;
  isConnected(): boolean;
  /** The session id, -1 without a connection. */
  sID(): number;
}

/** The one thing that is wanted of jQuery: a place to hang `achex` on. */
interface JQuery {
  achex?: Achex;
}

declare global {
  interface Window {
    readonly jQuery?: JQuery;
  }
}

/** Known only while this script runs for the first time. */
const source = document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : "";

function createAchex(): Achex {
  let connection: Connection | undefined;

  const start = (given: Given = {}): void => {
    // A second call takes the place of the first.
    connection?.close();
    try {
      const options = optionsOf(given, new URL(source || location.href));
      connection = new Connection(options, options.logo ? showLogo(options.logo) : () => {});
      if (options.autoconnect) connection.connect();
    } catch (error) {
      console.error(`Achex: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const send = (message: unknown): void => {
    if (connection) connection.send(typeof message === "string" ? message : (JSON.stringify(message) ?? ""));
    else console.error("Achex: nothing can be sent before $.achex({ username: ... }) was called.");
  };
  return Object.assign(start, {
    send,
    join: (hub: string | number) => send({ joinHub: hub }),
    close: () => connection?.close(),
    connect: () => connection?.connect(),
    isReady: () => connection?.isReady ?? false,
    isConnected: () => connection?.isReady ?? false,
    sID: () => connection?.sid ?? -1,
  });
}

if (window.jQuery) window.jQuery.achex = createAchex();
else console.error("Achex: load jQuery first, for example /js/JQ.js beside this script.");
