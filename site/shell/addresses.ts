/** The relay's address in documents and examples, with an optional scheme. */
const HOST = /(?:(ws|http):\/\/)?localhost:4010/g;

/** Replaces the address in a text with that of the relay that served the page. */
export function withAddress(text: string, { host, protocol }: Pick<Location, "host" | "protocol">): string {
  const secure = protocol === "https:" ? "s" : "";
  return text.replace(HOST, (_, scheme: string | undefined) => {
    if (scheme !== undefined) return `${scheme}${secure}://${host}`;
    // Without a scheme the command line means ws://.
    return secure === "" ? host : `wss://${host}`;
  });
}

/** Replaces the address in all code on the page, so that copied code connects to the relay that served the page. */
export function fillAddresses(): void {
  for (const code of document.querySelectorAll("main code")) {
    const texts = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      const text = node.nodeValue ?? "";
      const filled = withAddress(text, location);
      if (filled !== text) node.nodeValue = filled;
    }
  }
}
