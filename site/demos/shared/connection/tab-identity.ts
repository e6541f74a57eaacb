import { type Identity, newIdentity } from "../room/identity.ts";

/** Identities that a browser keeps for one game: one for each tab that was open at the same time. */
const KEPT = 8;
/** How long other tabs have to say that an identity is theirs, ms. */
const ANSWER = 80;
const SECRET = /^[0-9a-f]{64}$/;

/** Storage that may be missing or full, as in private windows. */
interface Store {
  get(key: string): string | null;
  set(key: string, value: string): void;
}

function storeFrom(find: () => Storage): Store {
  return {
    get(key) {
      try {
        return find().getItem(key);
      } catch {
        return null;
      }
    },
    set(key, value) {
      try {
        find().setItem(key, value);
      } catch {
        // The player is a new one after a reload.
      }
    },
  };
}

function secretsFrom(text: string | null): string[] {
  try {
    const list: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(list) ? list.filter((one) => typeof one === "string" && SECRET.test(one)) : [];
  } catch {
    return [];
  }
}

/** The secrets that other tabs of this browser use now. They answer on a channel of the browser; nothing is sent. */
async function secretsInUse(channel: BroadcastChannel): Promise<ReadonlySet<string>> {
  const used = new Set<string>();
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (typeof data === "string") used.add(data);
  };
  channel.postMessage(null);
  await new Promise((resolve) => setTimeout(resolve, ANSWER));
  return used;
}

/**
 * The identity of this tab: the one it had before a reload, otherwise one of this browser that no other tab uses, so that a link opened
 * again leads to the same seat and two tabs are two players.
 */
export async function tabIdentity(game: string): Promise<Identity> {
  const key = `achex-game-${game}`;
  const tab = storeFrom(() => sessionStorage);
  const browser = storeFrom(() => localStorage);
  const channel = new BroadcastChannel(key);
  const used = await secretsInUse(channel);
  const kept = secretsFrom(browser.get(key));
  const own = tab.get(key);
  const secret = [...(own !== null && SECRET.test(own) ? [own] : []), ...kept].find((one) => !used.has(one));
  const identity = secret === undefined ? newIdentity() : { secret };
  tab.set(key, identity.secret);
  browser.set(key, JSON.stringify([identity.secret, ...kept.filter((one) => one !== identity.secret)].slice(0, KEPT)));
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (data === null) channel.postMessage(identity.secret);
  };
  return identity;
}
