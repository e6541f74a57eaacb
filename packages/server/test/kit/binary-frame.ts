/** How a binary frame reads among the texts: this and its bytes in hex, which no JSON begins with. */
const BINARY = "binary ";

/** A frame received from a WebSocket, as text. */
export const asText = (data: unknown): string =>
  data instanceof Uint8Array ? `${BINARY}${data.toHex()}` : String(data);

/** A binary message of achex.2: a 16-bit length, a header of so many bytes, the rest (PROTOCOL.md R40). */
export function binaryFrame(header: string, body: Uint8Array = new Uint8Array()): Uint8Array<ArrayBuffer> {
  const head = new TextEncoder().encode(header);
  const bytes = new Uint8Array(2 + head.length + body.length);
  new DataView(bytes.buffer).setUint16(0, head.length);
  bytes.set(head, 2);
  bytes.set(body, 2 + head.length);
  return bytes;
}

/** Header and bytes of a binary message in the form returned by asText. Throws if it is not a binary message. */
export function partsOf(text: string): { readonly header: string; readonly body: Uint8Array } {
  if (!text.startsWith(BINARY)) throw new Error(`expected a binary frame and got ${text.slice(0, 500)}`);
  const bytes = Uint8Array.fromHex(text.slice(BINARY.length));
  const end = 2 + new DataView(bytes.buffer).getUint16(0);
  return {
    header: new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(2, end)),
    body: bytes.subarray(end),
  };
}
