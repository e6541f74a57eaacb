import { render } from "preact";
import { PanelsApp } from "./net/panels-app.ts";
import { PanelsPage } from "./view/panels-page.tsx";

const place = document.getElementById("game");
if (!place) throw new Error("the page has no place for the panels");
const app = new PanelsApp();
place.textContent = "";
render(<PanelsPage app={app} />, place);
void app.start();
