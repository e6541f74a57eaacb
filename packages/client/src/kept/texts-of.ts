/**
 * The texts of the objects in the first array of that name, exactly as they were sent: parsed and written again, large numbers would
 * be others. The array holds nothing but objects.
 */
export function textsOf(text: string, name: string): readonly string[] {
  const texts: string[] = [];
  let depth = 0;
  let begin = 0;
  // A token is a string, with its escapes, or one bracket.
  const tokens = /"(?:[^"\\]|\\.)*"|[{}\]]/g;
  tokens.lastIndex = Math.max(0, text.indexOf(`"${name}":[`) + name.length + 4);
  for (let token = tokens.exec(text); token; token = tokens.exec(text)) {
    if (token[0] === "{" && depth++ === 0) begin = token.index;
    else if (token[0] === "}" && --depth === 0) texts.push(text.slice(begin, tokens.lastIndex));
    else if (token[0] === "]" && depth === 0) break;
  }
  return texts;
}
