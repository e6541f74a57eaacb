function frameOf(path: string, title: string): HTMLIFrameElement {
  const frame = document.createElement("iframe");
  // The sandbox gives the example an opaque origin, so that it cannot access this page.
  frame.setAttribute("sandbox", "allow-scripts allow-forms");
  frame.title = title;
  frame.src = path;
  return frame;
}

function startRunning(button: HTMLButtonElement): void {
  const { run = "", windows = "1" } = button.dataset;
  const stage = button.closest(".run")?.querySelector(".run-stage");
  if (!stage) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const running = stage.children.length > 0;
    button.textContent = running ? "Run it here" : "Stop";
    const count = running ? 0 : Number(windows);
    stage.replaceChildren(...Array.from({ length: count }, (_, at) => frameOf(run, `Window ${at + 1} of ${run}`)));
  });
}

for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-run]")) startRunning(button);
