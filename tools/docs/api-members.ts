/** A property or method of an interface or class. */
export interface Member {
  readonly name: string;
  /** Of a method its whole signature. */
  readonly type: string;
  /** As its docstring says; empty without one. */
  readonly fallback: string;
  readonly doc: string;
}

const DEFAULT = /(?:^|;?\s+)\(?(?:Default|[Bb]y default|default)\s+`?([^;,`()]+?)`?\)?(?:[.;,](?=\s|$)|$)/;

const depthOf = (text: string): number =>
  [...text.replace(/=>/g, "")].reduce(
    (depth, sign) => depth + ("{([<".includes(sign) ? 1 : "})]>".includes(sign) ? -1 : 0),
    0,
  );

function memberFrom(statement: string, comment: string): Member | undefined {
  const text = statement
    .replace(/\s+/g, " ")
    .replace(/^(?:(?:static|readonly|get|private|protected) )+/, "")
    .replace(/;$/, "");
  const [, name, optional = "", rest = ""] = /^(\w+)(\??)(.*)$/.exec(text) ?? [];
  if (name === undefined || name === "constructor") return undefined;
  const said = comment
    .replace(/\/\*\*|\*\//g, "")
    .replace(/@example[\s\S]*/, "")
    .replace(/\n\s*\*/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  const isMethod = /^[(<]/.test(rest);
  return {
    name: isMethod ? `${name}()` : `${name}${optional}`,
    type: isMethod ? rest.trim() : rest.replace(/^: /, ""),
    fallback: DEFAULT.exec(said)?.[1] ?? "",
    doc: said.replace(DEFAULT, "").trim(),
  };
}

/** The members of an interface or class; undefined for other declarations. */
export function membersOf(code: string): Member[] | undefined {
  if (!/^export (?:declare )?(?:interface|class) /.test(code) || !code.endsWith("}")) return undefined;
  const body = code.slice(code.indexOf("{") + 1, -1);
  const members: Member[] = [];
  let comment = "";
  let statement = "";
  for (const line of body.split("\n")) {
    const inComment = comment !== "" && !comment.includes("*/");
    if (statement.trim() === "" && (inComment || line.trim().startsWith("/**"))) {
      comment = inComment ? `${comment}\n${line}` : line;
      continue;
    }
    statement += `${line}\n`;
    if (!line.trim().endsWith(";") || depthOf(statement) !== 0) continue;
    const member = memberFrom(statement.trim(), comment);
    if (member) members.push(member);
    comment = "";
    statement = "";
  }
  return members;
}
