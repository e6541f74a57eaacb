/** A section counts as being read when its heading is at most this far below the header. CSS pixels. */
const READING_LINE = 120;

/** Marks the link of the section that is being read, and scrolls the list to keep it visible. */
function markSection(list: HTMLElement, links: ReadonlyMap<HTMLElement, HTMLAnchorElement>): void {
  let current: HTMLAnchorElement | undefined;
  const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 2;
  for (const [heading, link] of links) {
    if (current === undefined || atEnd || heading.getBoundingClientRect().top <= READING_LINE) current = link;
  }
  for (const link of links.values()) {
    if (link === current) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  if (!current) return;
  const { offsetTop, offsetHeight } = current;
  if (offsetTop < list.scrollTop || offsetTop + offsetHeight > list.scrollTop + list.clientHeight) {
    list.scrollTop = offsetTop - list.clientHeight / 2;
  }
}

/** Opens the contents next to the text on wide screens. On phones they are above the text and would push it out of view. */
export function startContents(): void {
  const list = document.querySelector<HTMLDetailsElement>(".contents details");
  if (!list) return;
  list.open = matchMedia("(min-width: 64rem)").matches;
  const links = new Map<HTMLElement, HTMLAnchorElement>();
  for (const link of list.querySelectorAll("a")) {
    const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (heading) links.set(heading, link);
  }
  let scheduled = false;
  const update = () => {
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(() => {
      scheduled = false;
      markSection(list, links);
    });
  };
  addEventListener("scroll", update, { passive: true });
  addEventListener("resize", update);
  update();
}
