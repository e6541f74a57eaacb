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
  // Shown in place of the page that was wanted, which is there again now.
  if (location.pathname !== "/offline") location.reload();
}

void tryAgain();
