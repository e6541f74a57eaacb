/** The colours of instruments.css that canvases use. */
const NAMES = ["well", "band", "mark", "trace", "stale", "line", "muted", "critical", "warning", "notice"] as const;
export type Palette = Readonly<Record<(typeof NAMES)[number], string>>;

const dark = matchMedia("(prefers-color-scheme: dark)");

/** As they are by day or by night. A property may have a value for both, which only an element resolves. */
function readPalette(): Palette {
  const probe = document.createElement("i");
  document.body.append(probe);
  const entries = NAMES.map((name) => {
    probe.style.color = `var(--inst-${name})`;
    return [name, getComputedStyle(probe).color] as const;
  });
  probe.remove();
  const colors = new Map<string, string>(entries);
  const of = (name: (typeof NAMES)[number]) => colors.get(name) ?? "gray";
  return {
    well: of("well"),
    band: of("band"),
    mark: of("mark"),
    trace: of("trace"),
    stale: of("stale"),
    line: of("line"),
    muted: of("muted"),
    critical: of("critical"),
    warning: of("warning"),
    notice: of("notice"),
  };
}

/** Calls the listener now, and whenever the visitor or the system changes the theme. Returns an unsubscribe function. */
export function followPalette(listener: (palette: Palette) => void): () => void {
  const read = () => listener(readPalette());
  read();
  dark.addEventListener("change", read);
  const observer = new MutationObserver(read);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  return () => {
    dark.removeEventListener("change", read);
    observer.disconnect();
  };
}
