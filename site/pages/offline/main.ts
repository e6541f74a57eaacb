const EVERY_MS = 2000;
const state = document.getElementById("offline-state");

async function tryAgain(): Promise<void> {
  const answers = await fetch("/health", { cache: "no-store" }).then(
    ({ ok }) => ok,
    () => false,
  );
  if (!answers) {
    setTimeout(tryAgain, EVERY_MS);
    return;
  }
  if (state) {
    state.textContent = "the relay is back";
    state.className = "badge good";
  }
  // This page was shown in place of the requested one, which is available again now.
  if (location.pathname !== "/offline") location.reload();
}

void tryAgain();
