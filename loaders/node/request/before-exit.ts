// Calls what is left to do before the process ends by itself, with one listener for all who ask.

const waiting = new Set<() => void>();

function callAll(): void {
  for (const callback of waiting) callback();
}

/** @returns what takes the callback back. */
export function beforeExit(callback: () => void): () => void {
  if (waiting.size === 0) process.on('beforeExit', callAll);
  waiting.add(callback);
  return () => {
    waiting.delete(callback);
    if (waiting.size === 0) process.off('beforeExit', callAll);
  };
}
