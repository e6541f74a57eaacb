// The library that early pages load as /js/jquery.achex.js, rewritten: the same calls, for today's server.
import { AchexLogo } from "./achex-logo.ts";
import { AchexWs } from "./achex-ws.ts";
import type { Given } from "./options.ts";

declare global {
  interface Window {
    /** The part of jQuery that is needed: a place for `achex`. */
    readonly jQuery?: { achex?: unknown };
    AchexWs?: typeof AchexWs;
    AchexLogo?: typeof AchexLogo;
  }
}

/**
 * `$.achex` is a function that connects. After the first call it is also the connection, as in the first library, where the
 * call replaced the function. It remains callable, so that a page can connect again under another name.
 */
function createAchex(): unknown {
  let current: AchexWs | undefined;
  const tooEarly = () => console.error("Achex: call $.achex({ username: ... }) before anything else.");
  const start = Object.assign(
    (given?: Given): void => {
      current?.close();
      current = new AchexWs(given);
    },
    {
      send: tooEarly,
      join: tooEarly,
      connect: tooEarly,
      close() {},
      isReady: () => false,
      isConnected: () => false,
      sID: () => -1,
    },
  );
  return new Proxy(start, {
    get: (target, key) => Reflect.get(current && key in current ? current : target, key),
    set: (target, key, value) => Reflect.set(current ?? target, key, value),
    has: (target, key) => (current !== undefined && key in current) || key in target,
    getPrototypeOf: (target) => (current ? AchexWs.prototype : Reflect.getPrototypeOf(target)),
  });
}

Object.assign(window, { AchexWs, AchexLogo });
if (window.jQuery) window.jQuery.achex = createAchex();
else console.error("Achex: load jQuery first, for example /js/JQ.js next to this script.");
