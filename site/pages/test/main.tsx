import { render } from "preact";
import { App } from "./state/app.ts";
import { AppView } from "./view/app-view.tsx";

const place = document.getElementById("tester");
if (place) {
  const app = new App();
  place.textContent = "";
  render(<AppView app={app} />, place);
  // A hidden page may be discarded without notice. Saving on every frame would cost more than everything else.
  addEventListener("pagehide", () => app.saveLogs());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") app.saveLogs();
  });
}

// Opening a link to this page while it is open changes only the fragment.
addEventListener("hashchange", () => {
  if (location.hash.startsWith("#setup=")) location.reload();
});
