/** Calls `act` with 1, 2, 3 … up to `count`, one every few milliseconds, whatever else happens. */
export class SteadyLoad implements Disposable {
  private readonly timer: ReturnType<typeof setInterval>;
  done = 0;

  constructor(
    readonly count: number,
    act: (n: number) => void,
  ) {
    this.timer = setInterval(() => {
      if (this.done < count) act(++this.done);
    }, 4);
  }

  [Symbol.dispose](): void {
    clearInterval(this.timer);
  }
}
