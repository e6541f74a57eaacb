/** Milliseconds that a test waits for something that should happen at once, before it fails. */
export const DEFAULT_TIMEOUT = 20_000;

/** Thrown when a test has waited too long; the message says for what. */
export class TimeoutError extends Error {
  override readonly name = "TooLate";

  constructor(what: string, milliseconds: number) {
    super(`waited ${milliseconds} ms for ${what}`);
  }
}

/** The result of the promise, or TimeoutError. */
export async function within<T>(what: string, promise: Promise<T>, milliseconds = DEFAULT_TIMEOUT): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimeoutError(what, milliseconds)), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The longest pause between two looks, ms. */
const LONGEST_PAUSE = 100;

/**
 * Polls until the condition holds, or throws TimeoutError; for state that reports no changes. A look that takes long, such as a question to
 * a browser, is followed by a longer pause: looking without rest takes a core from what is waited for.
 */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  milliseconds = DEFAULT_TIMEOUT,
): Promise<void> {
  const end = performance.now() + milliseconds;
  for (;;) {
    const looked = performance.now();
    if (await holds()) return;
    const now = performance.now();
    if (now > end) throw new TimeoutError(what, milliseconds);
    const pause = Math.min(LONGEST_PAUSE, Math.max(2, 4 * (now - looked)));
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
