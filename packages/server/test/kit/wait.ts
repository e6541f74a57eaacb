/** How long a test waits for something that should happen at once, in milliseconds, before it fails. */
export const DEFAULT_TIMEOUT = 5_000;

/** A test waited in vain; the message says what for. */
export class TimeoutError extends Error {
  override readonly name = "TooLate";

  constructor(what: string, milliseconds: number) {
    super(`waited ${milliseconds} ms in vain for ${what}`);
  }
}

/** The promise's result, or TooLate. */
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

/** Looks again and again until the condition holds, or throws TooLate: for state that announces nothing. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  milliseconds = DEFAULT_TIMEOUT,
): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!(await holds())) {
    if (performance.now() > end) throw new TimeoutError(what, milliseconds);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
