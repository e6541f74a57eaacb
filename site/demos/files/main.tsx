import { render } from "preact";
import { FilesApp } from "./app.ts";
import { Page } from "./view/page.tsx";

const place = document.getElementById("game");
if (!place) throw new Error("the page has no place for the application");
const app = new FilesApp();
place.textContent = "";
render(<Page app={app} />, place);
void app.start();
