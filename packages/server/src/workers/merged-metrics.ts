/** The metrics of a node in the text format of Prometheus. */
export interface NodeMetrics {
  readonly node: string;
  readonly text: string;
}

interface Family {
  readonly comments: readonly string[];
  readonly samples: string[];
}

const SAMPLE = /^([A-Za-z_:][A-Za-z0-9_:]*)(?:\{(.*)\})? (.+)$/;

/** Adds the label to a sample. */
function labelled(line: string, node: string): string {
  const [, name, labels, value] = SAMPLE.exec(line) ?? [];
  if (name === undefined) return line;
  return `${name}{node="${node}"${labels ? `,${labels}` : ""}} ${value}`;
}

/**
 * The metrics of several nodes as one text, each sample with the label `node`. The samples of a metric follow each other, as the
 * format demands.
 */
export function mergedMetrics(nodes: readonly NodeMetrics[]): string {
  const families = new Map<string, Family>();
  for (const { node, text } of nodes) {
    let comments: string[] = [];
    let family: Family | undefined;
    for (const line of text.split("\n")) {
      if (line === "") continue;
      if (line.startsWith("# HELP ")) comments = [line];
      else if (line.startsWith("# TYPE ")) {
        const [, , name = ""] = line.split(" ");
        const own: Family = { comments: [...comments, line], samples: [] };
        family = families.getOrInsertComputed(name, () => own);
      } else family?.samples.push(labelled(line, node));
    }
  }
  const lines = Array.from(families.values(), ({ comments, samples }) => [...comments, ...samples].join("\n"));
  return `${lines.join("\n\n")}\n`;
}
