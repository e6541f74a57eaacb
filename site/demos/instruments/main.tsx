import { render } from "preact";
import { WallApp } from "./net/wall-app.ts";
import { WallPage } from "./view/wall-page.tsx";

const place = document.getElementById("game");
if (!place) throw new Error("the page has no place for the wall");
const app = new WallApp();
place.textContent = "";
render(<WallPage app={app} />, place);
void app.start();
