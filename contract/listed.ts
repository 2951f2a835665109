// Several problems in one message that no reader of it cuts off.

/** CloudFormation drops a response whose body exceeds 4096 bytes; ids, urls and the log link need the rest. */
export const MAX_MESSAGE_BYTES = 3000;

/** Several problems as one message; problems that do not fit are counted rather than cut in the middle. */
export function listed(head: string, problems: readonly string[]): string {
  let text = `${head}, ${problems.length} problem${problems.length === 1 ? '' : 's'}:`;
  for (const [index, problem] of problems.entries()) {
    const next = `${text} (${index + 1}) ${problem}`;
    const left = problems.length - index;
    // room for the closing count
    if (new TextEncoder().encode(next).length > MAX_MESSAGE_BYTES - 80)
      return `${text} (and ${left} more; change these first)`;
    text = next;
  }
  return text;
}
