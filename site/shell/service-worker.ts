// Shows /offline instead of a page that cannot be fetched. Responses from the server are passed through unchanged.
const CACHE = "achex-offline";
const PAGE = "/offline";

interface Lasting extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface Fetching extends Event {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

const isLasting = (event: Event): event is Lasting => "waitUntil" in event;
const isFetching = (event: Event): event is Fetching => "respondWith" in event && "request" in event;

/** Caches the page with all its files, because their names can change with the next update. */
async function keep(): Promise<void> {
  const page = await fetch(PAGE);
  const parts = [...(await page.clone().text()).matchAll(/(?:href|src)="(\/assets\/[^"]+\.(?:css|js))"/g)];
  const cache = await caches.open(CACHE);
  await cache.put(PAGE, page);
  await cache.addAll(parts.flatMap(([, path]) => path ?? []));
}

addEventListener("install", (event) => {
  if (isLasting(event)) event.waitUntil(keep());
});

addEventListener("fetch", (event) => {
  if (!isFetching(event)) return;
  const { request } = event;
  const { pathname } = new URL(request.url);
  if (request.method !== "GET" || (request.mode !== "navigate" && !pathname.startsWith("/assets/"))) return;
  const kept = async () => (await caches.match(request.mode === "navigate" ? PAGE : request)) ?? Response.error();
  event.respondWith(fetch(request).catch(kept));
});
