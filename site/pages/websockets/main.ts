import { type Lap, median, pollingLap, socketLap } from "./race.ts";

const COUNT = 51;

const part = (id: string): HTMLElement => {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no ${id}`);
  return found;
};

function showLap(id: string, { times, bytes }: Lap, most: { time: number; bytes: number }): void {
  const time = median(times);
  part(`${id}-time`).textContent = `${time.toFixed(time < 10 ? 2 : 0)} ms`;
  part(`${id}-bytes`).textContent = `${Math.round(bytes)} bytes`;
  part(`${id}-time-bar`).setAttribute("width", `${(100 * time) / most.time}%`);
  part(`${id}-bytes-bar`).setAttribute("width", `${(100 * bytes) / most.bytes}%`);
}

async function race(): Promise<void> {
  part("race-state").textContent = "Measuring…";
  const polling = await pollingLap(COUNT);
  const socket = await socketLap(COUNT);
  const most = {
    time: Math.max(median(polling.times), median(socket.times)),
    bytes: Math.max(polling.bytes, socket.bytes),
  };
  showLap("polling", polling, most);
  showLap("socket", socket, most);
  part("race-state").textContent =
    `Median of ${COUNT} messages each, measured just now from this browser through this relay and back.`;
}

const button = part("race");
if (button instanceof HTMLButtonElement) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    await race().catch((error: unknown) => {
      part("race-state").textContent =
        `Measurement failed: ${error instanceof Error ? error.message : error}. Check that the relay is running, then try again.`;
    });
    button.disabled = false;
  });
}
