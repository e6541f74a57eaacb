import { render } from "preact";
import { ScopeApp } from "./app.ts";
import { ScopePage } from "./view/scope-page.tsx";

const place = document.getElementById("game");
if (!place) throw new Error("the page has no place for the oscilloscope");
const app = new ScopeApp();
place.textContent = "";
render(<ScopePage app={app} />, place);
void app.start();
