/** How the runner reads GITHUB_OUTPUT: `NAME=value`, or `NAME<<DELIMITER` with lines up to the delimiter. */
export function outputsIn(text: string): Readonly<Record<string, string>> {
  const outputs: Record<string, string> = {};
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (line === '') continue;
    const heredoc = /^([^=]*?)<<(.+)$/.exec(line);
    const [, name = '', delimiter = ''] = heredoc ?? [];
    if (heredoc === null) {
      const equals = line.indexOf('=');
      if (equals < 0) throw new Error(`not an output: ${line}`);
      outputs[line.slice(0, equals)] = line.slice(equals + 1);
      continue;
    }
    const end = lines.indexOf(delimiter, at + 1);
    if (end < 0) throw new Error(`the delimiter of ${name} is missing`);
    outputs[name] = lines.slice(at + 1, end).join('\n');
    at = end;
  }
  return outputs;
}
