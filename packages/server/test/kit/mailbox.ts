import { within } from "./wait.ts";

/** Items that have arrived and not been read, in order. Readers wait for items that have not arrived. */
export class Mailbox<Item> {
  private readonly items: Item[] = [];
  private readonly readers: { resolve(item: Item): void; reject(error: Error): void }[] = [];
  private over: Error | undefined;

  get size(): number {
    return this.items.length;
  }

  put(item: Item): void {
    const reader = this.readers.shift();
    if (reader) reader.resolve(item);
    else this.items.push(item);
  }

  /** Nothing more will arrive: readers fail at once with the reason instead of at a deadline. */
  end(why: string): void {
    this.over ??= new Error(why);
    for (const reader of this.readers.splice(0)) reader.reject(this.over);
  }

  /** The next item; fails when none arrives in time. */
  next(what: string, milliseconds?: number): Promise<Item> {
    const item = this.items.shift();
    if (item !== undefined) return Promise.resolve(item);
    if (this.over) return Promise.reject(new Error(`${this.over.message}, while waiting for ${what}`));
    const coming = new Promise<Item>((resolve, reject) => this.readers.push({ resolve, reject }));
    return within(what, coming, milliseconds);
  }
}
