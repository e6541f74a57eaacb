// Runs on other people's pages, so it defines no globals and keeps everything in its own shadow root.
import { createBanner } from "./element.ts";

const script = document.currentScript;
if (script instanceof HTMLScriptElement) {
  const { look, theme } = script.dataset;
  // Not placed after a script in the head, because only elements in the body are visible.
  const place = (banner: HTMLElement) => (script.closest("head") ? document.body.append(banner) : script.after(banner));
  const show = () => place(createBanner({ relay: new URL(script.src).origin, look, theme }));
  if (script.closest("head") && document.readyState === "loading") addEventListener("DOMContentLoaded", show);
  else show();
}
