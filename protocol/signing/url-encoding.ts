// Writes names and values as a query or a form.
import { UrlEncoding } from '../../contract/exchange/signing-template';

/** A name and its value. */
export type Field = readonly [name: string, value: string];

/** `name=value&name=value`, encoded. */
export function encodeFields(fields: readonly Field[], encoding: UrlEncoding): string {
  if (encoding === UrlEncoding.FORM) return new URLSearchParams([...fields] as [string, string][]).toString();
  return fields.map(([name, value]) => `${rfc3986(name)}=${rfc3986(value)}`).join('&');
}

/** `name=value&name=value`, as it is before encoding. */
export function rawFields(fields: readonly Field[]): string {
  return fields.map(([name, value]) => `${name}=${value}`).join('&');
}

/** `encodeURIComponent` leaves five characters that RFC 3986 reserves. */
function rfc3986(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
