import type { Sink, Source } from "./source.ts";

const SERIES = ["x", "y", "z", "rotation α", "rotation β", "rotation γ"] as const;
/** How long the first measurement may take, ms. */
const PATIENCE = 3_000;

/** Safari asks the user, if a click asks for it. */
interface Asking {
  requestPermission(): Promise<"granted" | "denied">;
}
const asks = (type: object): type is Asking => "requestPermission" in type;

/** Acceleration and rotation of a phone or tablet. */
export class MotionSource implements Source {
  readonly kind = "motion";
  readonly about = {
    title: "Motion sensors",
    units: {
      ...{ x: "m/s²", y: "m/s²", z: "m/s²" },
      ...{ "rotation α": "°/s", "rotation β": "°/s", "rotation γ": "°/s" },
    },
  };
  readonly #ended = new AbortController();

  async start(sink: Sink): Promise<void> {
    if (!isSecureContext || typeof DeviceMotionEvent === "undefined")
      throw new Error("Browsers give motion sensors only to pages of https:// or localhost. Start the relay with TLS.");
    if (asks(DeviceMotionEvent) && (await DeviceMotionEvent.requestPermission()) !== "granted")
      throw new Error("The browser does not allow the motion sensors. Reload the page, then allow them when it asks.");
    for (const name of SERIES) sink.series(name);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      this.stop();
      reject(new Error("This device has no motion sensors, or its browser blocks them. Open this page on a phone."));
    }, PATIENCE);
    const measure = (event: DeviceMotionEvent) => {
      const { accelerationIncludingGravity: moved, rotationRate: turned } = event;
      // Browsers without sensors report one event without values.
      if (moved?.x == null && turned?.alpha == null) return;
      clearTimeout(timer);
      resolve();
      const values = [moved?.x, moved?.y, moved?.z, turned?.alpha, turned?.beta, turned?.gamma];
      const age = Math.max(0, performance.now() - event.timeStamp);
      sink.push(
        sink.now() - age,
        values.map((value) => value ?? Number.NaN),
      );
    };
    addEventListener("devicemotion", measure, { signal: this.#ended.signal });
    await promise;
  }

  stop(): void {
    this.#ended.abort();
  }
}
