import { render } from "preact";
import { App } from "./state/app.ts";
import { AppView } from "./view/app-view.tsx";

const place = document.getElementById("tester");
if (place) {
  const app = new App();
  place.textContent = "";
  render(<AppView app={app} />, place);
  // A page that is hidden may be let go of without another word; writing at every frame would cost more than all else.
  addEventListener("pagehide", () => app.hold());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") app.hold();
  });
}

// A link opened while the page stands changes only the fragment.
addEventListener("hashchange", () => {
  if (location.hash.startsWith("#setup=")) location.reload();
});
