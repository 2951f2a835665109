// Reads the part of HCL's native syntax that our files are written in: one block, attributes, lists, objects, strings.

type Hcl = string | Hcl[] | { [name: string]: Hcl };

/** The attributes of the only block, which is `locals`. */
export function readLocals(text: string): { [name: string]: Hcl } {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[A-Za-z_][\w-]*|[={}[\],]|\n|[^\s]/g) ?? [];
  let at = 0;
  const peek = () => tokens[at];
  const take = (expected?: string | RegExp): string => {
    const token = tokens[at++] ?? 'the end';
    const fits = expected === undefined || (typeof expected === 'string' ? token === expected : expected.test(token));
    if (!fits) throw new Error(`expected ${expected}, got ${token}`);
    return token;
  };
  const lines = () => {
    while (peek() === '\n') at += 1;
  };
  const text_ = (token: string): string => {
    if (/(?<!\$)\$\{|(?<!%)%\{/.test(token)) throw new Error(`template in ${token}`);
    return (JSON.parse(token) as string).replace(/([$%])\1\{/g, '$1{');
  };
  const value = (): Hcl => {
    const token = take(/^["[{]/);
    if (token === '[') return items();
    return token === '{' ? attributes(['\n', ',']) : text_(token);
  };
  const items = (): Hcl[] => {
    const found: Hcl[] = [];
    for (lines(); peek() !== ']'; lines()) {
      found.push(value());
      lines();
      if (peek() !== ']') take(',');
    }
    take(']');
    return found;
  };
  const attributes = (separators: string[]): { [name: string]: Hcl } => {
    const found: { [name: string]: Hcl } = {};
    for (lines(); peek() !== '}'; lines()) {
      const token = take(/^["A-Za-z_]/);
      const name = token.startsWith('"') ? text_(token) : token;
      if (name in found) throw new Error(`${name} is there twice`);
      take('=');
      found[name] = value();
      if (peek() !== '}' && !separators.includes(take())) throw new Error(`no separator after ${name}`);
    }
    take('}');
    return found;
  };
  take('locals');
  take('{');
  const locals = attributes(['\n']);
  lines();
  if (peek() !== undefined) throw new Error(`something follows: ${peek()}`);
  return locals;
}
