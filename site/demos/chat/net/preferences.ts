import { preferencesUnder } from "../../shared/app/preferences.ts";

const SECRET = "achex.chat.secret";

/** The secret of this tab, if it is somebody else than the rest of the browser. */
export function tabSecret(): string | undefined {
  try {
    return sessionStorage.getItem(SECRET) ?? undefined;
  } catch {
    return undefined;
  }
}

/** After a reload, this tab is somebody else: to try the chat alone. */
export function setTabSecret(secret: string): void {
  try {
    sessionStorage.setItem(SECRET, secret);
  } catch {
    // Without storage, each page is somebody else anyway.
  }
}

/** What belongs to somebody else in this tab is kept apart. */
const PREFIX = `achex.chat.${tabSecret()?.slice(0, 12) ?? ""}.`;

/** What this browser remembers for the chat. */
export const { read: readPreference, store: storePreference } = preferencesUnder(PREFIX);
