import { signal } from "@preact/signals";
import { cleanText } from "../rules/clean.ts";
import { readPreference, storePreference } from "./preferences.ts";

const KEY = "notify";
const SHOWN = 140;

const isSupported = typeof Notification !== "undefined" && globalThis.isSecureContext;

/** Whether messages are announced by the system while the page is not looked at. `unsupported`: this browser does not do that, or not on plain HTTP. */
export const notifications = signal<"on" | "off" | "blocked" | "unsupported">(
  !isSupported
    ? "unsupported"
    : Notification.permission === "denied"
      ? "blocked"
      : readPreference(KEY) === "on" && Notification.permission === "granted"
        ? "on"
        : "off",
);

/** Asks for the permission only when somebody wants notifications. */
export async function toggleNotifications(): Promise<void> {
  if (notifications.peek() === "on") notifications.value = "off";
  else if (isSupported) notifications.value = (await Notification.requestPermission()) === "granted" ? "on" : "blocked";
  storePreference(KEY, notifications.peek() === "on" ? "on" : undefined);
}

export function notify(title: string, name: string, text: string, open: () => void): void {
  if (notifications.peek() !== "on") return;
  try {
    // One for each conversation: ten messages are not ten notifications.
    const shown = new Notification(title, { body: `${name}: ${cleanText(text).slice(0, SHOWN)}`, tag: title });
    shown.addEventListener("click", () => {
      window.focus();
      shown.close();
      open();
    });
  } catch {
    // Some phones only allow them to service workers.
  }
}
