import { ownFault } from "./fault.ts";

/** What comes by events, as a loop: it keeps what the loop has not taken yet, up to a limit. */
export interface Feed<T> extends AsyncGenerator<T, void, undefined> {
  push(item: T): void;
  /** No more will come. */
  end(): void;
}

export function feedOf<T>(limit: number, left: () => void): Feed<T> {
  const items: T[] = [];
  let over = false;
  let lagging = false;
  let wake = () => {};
  const end = () => {
    over = true;
    left();
    wake();
  };
  async function* loop(): AsyncGenerator<T, void, undefined> {
    try {
      for (;;) {
        const item = items.shift();
        if (item !== undefined) yield item;
        else if (over) break;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
      if (lagging) throw ownFault("lagging");
    } finally {
      left();
    }
  }
  return Object.assign(loop(), {
    end,
    push(item: T) {
      lagging = items.length >= limit;
      if (lagging) end();
      else items.push(item);
      wake();
    },
  });
}
