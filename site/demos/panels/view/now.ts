import { useEffect, useState } from "preact/hooks";

/** How often ages and countdowns are drawn, ms. */
const TICK = 250;

/** The time by performance.now(), a few times per second while a component that needs it is shown. */
export function useNow(): number {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), TICK);
    return () => clearInterval(timer);
  }, []);
  return now;
}
