/** Resolves on Ctrl-C, or when the reader of its output has ended. */
export const interrupted = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => resolve());
    process.stdout.on("error", () => resolve());
  });
