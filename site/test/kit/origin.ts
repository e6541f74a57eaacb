/** A web server other than the relay, for pages that use the relay from another origin. `using` stops it. */
export interface Origin extends Disposable {
  /** Address of a page. */
  url(path?: string): string;
}

/** Serves HTML by path, with the headers given. */
export function startOrigin(pages: Readonly<Record<string, string>>, headers: Record<string, string> = {}): Origin {
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request) {
      const html = new Map(Object.entries(pages)).get(new URL(request.url).pathname);
      // Browsers request an icon unasked, and report an error when there is none.
      if (html === undefined) return new Response(null, { status: 204 });
      return new Response(html, { headers: { "content-type": "text/html; charset=utf-8", ...headers } });
    },
  });
  return {
    url: (path = "/") => `http://127.0.0.1:${server.port}${path}`,
    [Symbol.dispose]: () => void server.stop(true),
  };
}
