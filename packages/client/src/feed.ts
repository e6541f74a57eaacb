import { type Fault, ownFault } from "./fault.ts";

/** What comes by events, as a loop: it keeps what the loop has not taken yet, up to a limit. */
export interface Feed<T> extends AsyncGenerator<T, void, undefined> {
  push(item: T): void;
  /** No more will come. */
  end(): void;
}

export function feedOf<T>(limit: number, left: () => void): Feed<T> {
  const items: T[] = [];
  let over: Fault | true | undefined;
  let wake = () => {};
  const end = (why: Fault | true = true) => {
    over = why;
    left();
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
      left();
    }
  }
  return Object.assign(loop(), {
    end,
    push(item: T) {
      if (items.length < limit) {
        items.push(item);
        wake();
      } else end(ownFault("lagging"));
    },
  });
}
