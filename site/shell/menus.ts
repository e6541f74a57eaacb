/** Closes the header's menus on Escape, on a click elsewhere, and when they lose focus. */
export function startMenus(): void {
  const nav = document.querySelector(".site-nav");
  if (!nav) return;
  const open = () => nav.querySelector<HTMLDetailsElement>("details[open]");
  document.addEventListener("click", ({ target }) => {
    const menu = open();
    if (menu && target instanceof Node && !menu.contains(target)) menu.open = false;
  });
  document.addEventListener("focusin", ({ target }) => {
    const menu = open();
    if (menu && target instanceof Node && !menu.contains(target)) menu.open = false;
  });
  document.addEventListener("keydown", ({ key }) => {
    const menu = open();
    if (key !== "Escape" || !menu) return;
    menu.open = false;
    menu.querySelector("summary")?.focus();
  });
}
