import { within } from "./wait.ts";

/** Reads the output of a process line by line. */
export class LineReader {
  private readonly reader;
  private readonly decoder = new TextDecoder();
  private rest = "";

  constructor(output: ReadableStream<Uint8Array>) {
    this.reader = output.getReader();
  }

  /** The next line; fails when the output ends before it. */
  async next(): Promise<string> {
    for (;;) {
      const end = this.rest.indexOf("\n");
      if (end !== -1) {
        const line = this.rest.slice(0, end);
        this.rest = this.rest.slice(end + 1);
        return line;
      }
      const { value, done } = await within("a line of output", this.reader.read(), 30_000);
      if (done) throw new Error("the output ended");
      this.rest += this.decoder.decode(value, { stream: true });
    }
  }
}
