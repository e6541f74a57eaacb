import { render } from "preact";
import { ChatApp } from "./net/chat-app.ts";
import { ChatPage } from "./view/chat-page.tsx";

const place = document.getElementById("game");
if (!place) throw new Error("the page has no place for the chat");
const app = new ChatApp();
place.textContent = "";
render(<ChatPage app={app} />, place);
addEventListener("hashchange", () => app.follow());
app.start();
