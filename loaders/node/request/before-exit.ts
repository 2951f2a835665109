// Calls what is left to do before the process ends, by itself or by `process.exit`, with one listener for all who ask.

const waiting = new Set<() => void>();
/** The first leaves time for what is not done at once; the second comes also when the program ends itself. */
const EVENTS = ['beforeExit', 'exit'] as const;

function callAll(): void {
  for (const callback of waiting) callback();
}

/** @returns what takes the callback back. */
export function beforeExit(callback: () => void): () => void {
  if (waiting.size === 0) for (const event of EVENTS) process.on(event, callAll);
  waiting.add(callback);
  return () => {
    waiting.delete(callback);
    if (waiting.size === 0) for (const event of EVENTS) process.off(event, callAll);
  };
}
