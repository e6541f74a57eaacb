/** What documents and examples call the relay; a scheme may be before it. */
const HOST = /(?:(ws|http):\/\/)?localhost:4010/g;

/** The address in a text as the relay that served the page is reached. */
export function withAddress(text: string, { host, protocol }: Pick<Location, "host" | "protocol">): string {
  const secure = protocol === "https:" ? "s" : "";
  return text.replace(HOST, (_, scheme: string | undefined) => {
    if (scheme !== undefined) return `${scheme}${secure}://${host}`;
    // Without a scheme the command line means ws://.
    return secure === "" ? host : `wss://${host}`;
  });
}

/** Writes the address of the relay this page came from into all code of the page: what is copied then works. */
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
