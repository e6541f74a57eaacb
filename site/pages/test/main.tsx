import { render } from "preact";
import { App } from "./state/app.ts";
import { AppView } from "./view/app-view.tsx";

const place = document.getElementById("tester");
if (place) {
  place.textContent = "";
  render(<AppView app={new App()} />, place);
}

// A link opened while the page stands changes only the fragment.
addEventListener("hashchange", () => {
  if (location.hash.startsWith("#setup=")) location.reload();
});
