/** Headers of every response: nothing that was not meant to be a page can be used as one. */
export const baseHeaders = {
  "content-security-policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
};

/** A response of one sentence for the person who sent the request. */
export const plainResponse = (status: number, text: string, more: Readonly<Record<string, string>> = {}): Response =>
  new Response(`${text}\n`, {
    status,
    headers: { ...baseHeaders, "content-type": "text/plain; charset=utf-8", ...more },
  });
