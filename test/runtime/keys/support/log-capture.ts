// Collects everything a test file writes to its log, and finds key material in it.

const lines: string[] = [];

/** From here on nothing reaches the terminal; what was written is in `logged()`. */
export function captureLogs(): void {
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((chunk) => lines.push(String(chunk)) > 0);
  }
}

/** Every line so far, as objects where they are JSON. */
export function logged(): Record<string, unknown>[] {
  return lines.flatMap((line) => {
    try {
      return [JSON.parse(line)];
    } catch {
      return [];
    }
  });
}

export function clearLogs(): void {
  lines.length = 0;
}

/** Where any of the secrets stands in anything that was logged; the secrets themselves are left out. */
export function leaks(secrets: readonly string[], texts: readonly string[] = lines): string[] {
  return texts.flatMap((text) =>
    secrets
      .filter((secret) => secret.length > 0 && text.includes(secret))
      .map((secret) => text.replaceAll(secret, '<SECRET>').slice(0, 300)),
  );
}
