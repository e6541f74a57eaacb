// Only included by `npm run dev`. When the connection ends, the server is restarting.
const RETRY_MS = 150;

async function reloadWhenBack(): Promise<void> {
  const answers = await fetch("/health", { cache: "no-store" }).then(
    ({ ok }) => ok,
    () => false,
  );
  if (answers) location.reload();
  else setTimeout(reloadWhenBack, RETRY_MS);
}

new WebSocket(`ws://${location.host}/dev-reload`).addEventListener("close", reloadWhenBack);
