import { nearest } from "./nearest.ts";

const titles = new Map<string, string>();
for (const link of document.querySelectorAll<HTMLAnchorElement>(".site-nav a, .site-footer a")) {
  titles.set(link.pathname, link.textContent);
}

const wanted = document.getElementById("wanted");
if (wanted && location.pathname !== "/404") wanted.textContent = location.pathname;

const list = document.getElementById("near-list");
const near = document.getElementById("near");
if (list && near) {
  for (const path of nearest(location.pathname, [...titles.keys()], 3)) {
    const link = document.createElement("a");
    link.href = path;
    link.textContent = titles.get(path) ?? path;
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
  }
  near.hidden = list.children.length === 0;
}
