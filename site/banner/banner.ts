// Runs on pages of strangers: it defines nothing global, and nothing of it reaches beyond its own shadow root.
import { createBanner } from "./element.ts";

const script = document.currentScript;
if (script instanceof HTMLScriptElement) {
  const { look, theme } = script.dataset;
  // Not `after` a script in the head: a banner is seen in the body only.
  const place = (banner: HTMLElement) => (script.closest("head") ? document.body.append(banner) : script.after(banner));
  const show = () => place(createBanner({ relay: new URL(script.src).origin, look, theme }));
  if (script.closest("head") && document.readyState === "loading") addEventListener("DOMContentLoaded", show);
  else show();
}
