import { type Fault, ownFault } from "./fault.ts";

/** Events as an async iterator. It queues those that the loop has not read yet, up to a limit. */
export interface MessageIterator<T> extends AsyncGenerator<T, void, undefined> {
  push(item: T): void;
  /** No more messages follow. */
  end(): void;
}

/** `ended` is called when the loop has ended for any reason. */
export function createMessageIterator<T>(limit: number, ended: () => void): MessageIterator<T> {
  const items: T[] = [];
  let over: Fault | true | undefined;
  let wake = () => {};
  const end = (why: Fault | true = true) => {
    over = why;
    ended();
    wake();
  };
  async function* loop(): AsyncGenerator<T, void, undefined> {
    try {
      while (!over || items.length > 0) {
        const item = items.shift();
        if (item) yield item;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
      if (over !== true) throw over;
    } finally {
      ended();
    }
  }
  return Object.assign(loop(), {
    end,
    // The generator's own return() would wait for a pending next(), which waits for a message.
    async return() {
      items.length = 0;
      end();
      return { done: true as const, value: undefined };
    },
    push(item: T) {
      if (items.length < limit) {
        items.push(item);
        wake();
      } else end(ownFault("lagging"));
    },
  });
}
