// What every refusal carries: a stable code to search for, and a message that says what to change.

/**
 * Input that cannot be used. The message says what is wrong, the value given, the values allowed and what to change,
 * in lower case and without a full stop; it is a heading of docs/faq.md.
 */
export class InputError extends Error {
  constructor(
    /** Stable, searchable, upper snake case, e.g. `CIDR_HOST_BITS_SET`. */
    public readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'InputError';
  }
}

/** The message with its code at the end, for people: the code is what they can search for. */
export function withCode({ code, message }: InputError): string {
  return message.includes(`[${code}]`) ? message : `${message} [${code}]`;
}
