import { Fault } from "@achex/client";
import { join, latency, leave, logIn, toName, toRoom, toSession } from "./lesson.ts";
import { show, showMembers } from "./show.ts";

type Relay = ReturnType<typeof logIn>;

let relay: Relay | undefined;
/** Joining again would add the listeners twice. */
let joined = false;

const input = (id: string): HTMLInputElement => {
  const found = document.getElementById(id);
  if (!(found instanceof HTMLInputElement)) throw new Error(`the page has no field ${id}`);
  return found;
};

const words = (error: unknown): string =>
  error instanceof Fault ? `${error.code}: ${error.message} ${error.remedy}`.trim() : String(error);

const buttons = () => document.querySelectorAll<HTMLButtonElement>("[data-step]");

/** Enables the buttons that work now: only login before the login, and everything except a second login or join after it. */
function enable(): void {
  for (const button of buttons()) {
    const { step } = button.dataset;
    button.disabled = (step === "log-in") === (relay !== undefined) || (step === "join" && joined);
  }
}

function started(): Relay {
  const made = logIn(input("name").value);
  relay = made;
  enable();
  made.on("fault", (fault) => show(words(fault), "bad"));
  made.ready().then(
    () => {
      show(`Logged in as ${made.name}, session ${made.sid}`);
      if (input("session").value === "") input("session").value = String(made.sid);
    },
    (error: unknown) => show(words(error), "bad"),
  );
  return made;
}

function ended(one: Relay): void {
  leave(one);
  relay = undefined;
  joined = false;
  input("session").value = "";
  showMembers([]);
  show("Logged out");
  enable();
}

const steps: Readonly<Record<string, (one: Relay) => Promise<void> | void>> = {
  join(one) {
    joined = true;
    enable();
    return join(one);
  },
  "to-name": (one) => toName(one, input("to").value, input("msg").value),
  "to-session": (one) => toSession(one, Number(input("session").value), input("msg").value),
  "to-broadcast": (one) => toRoom(one.broadcast("news"), input("msg").value),
  "to-hub": (one) => toRoom(one.hub("lobby"), input("msg").value),
  latency: (one) => latency(one),
  leave: ended,
};

async function run(step: string): Promise<void> {
  if (step === "log-in") {
    started();
    return;
  }
  try {
    if (relay) await steps[step]?.(relay);
  } catch (error) {
    show(words(error), "bad");
  }
}

input("name").value = `guest-${Math.floor(Math.random() * 900 + 100)}`;
input("to").value = input("name").value;
for (const button of buttons()) button.addEventListener("click", () => void run(button.dataset.step ?? ""));
enable();
