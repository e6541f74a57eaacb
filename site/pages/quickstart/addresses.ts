/** What the files of the examples call the relay. */
const HOST = "localhost:4010";

/** Writes the address of the server this page came from into the code below [data-addresses]: what is copied then works. */
export function fillAddresses(page: ParentNode, { host, protocol }: Location = location): void {
  for (const block of page.querySelectorAll("[data-addresses]")) {
    const texts = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      const secure = protocol === "https:" ? "s" : "";
      node.nodeValue = (node.nodeValue ?? "").replace(
        new RegExp(`(ws|http)://${HOST}`, "g"),
        (_, scheme: string) => `${scheme}${secure}://${host}`,
      );
    }
  }
}
