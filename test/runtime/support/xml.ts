// Writes the XML of the EC2 query protocol: objects are elements, arrays are lists of `<item>`.

/** `xml('a', { b: [1] })` is `<a><b><item>1</item></b></a>`; undefined fields are left out. */
export function xml(name: string, value: unknown): string {
  return `<${name}>${content(value)}</${name}>`;
}

function content(value: unknown): string {
  if (Array.isArray(value)) return value.map((item) => xml('item', item)).join('');
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .map(([name, field]) => xml(name, field))
      .join('');
  }
  return String(value).replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}
