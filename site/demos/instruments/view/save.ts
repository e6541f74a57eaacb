/** How long the browser has to begin with a download, ms. */
const BEGIN = 10_000;

/** Saves a text as a file, in UTF-8 with a mark that spreadsheets need to read Ω and µ. */
export function saveText(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob(["\uFEFF", text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), BEGIN);
}

/** `values-2026-11-27-0912.csv`, in local time. */
export function fileName(what: string, now: number): string {
  const local = new Date(now - new Date(now).getTimezoneOffset() * 60_000).toISOString();
  return `${what}-${local.slice(0, 10)}-${local.slice(11, 16).replace(":", "")}.csv`;
}
