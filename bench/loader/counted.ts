// Counts what an action asks of the world while it runs: calls to the file system, and asynchronous work that it begins.
import { createHook } from 'node:async_hooks';
import fs from 'node:fs';

export interface Counted {
  /** Calls to `node:fs`. */
  readonly files: number;
  /** Asynchronous work begun: sockets, promises, timers, requests to the file system. */
  readonly asynchronous: number;
}

/** The action waits for nothing. */
export function counted(action: () => void): Counted {
  let [files, asynchronous] = [0, 0];
  const module = fs as unknown as Record<string, unknown>;
  const functions = Object.entries(module).filter(
    (entry): entry is [string, (...args: unknown[]) => unknown] =>
      typeof entry[1] === 'function' && /^[a-z]/.test(entry[0]),
  );
  for (const [name, original] of functions) {
    module[name] = (...args: unknown[]) => {
      files++;
      return original.apply(fs, args);
    };
  }
  const hook = createHook({
    init: () => {
      asynchronous++;
    },
  }).enable();
  try {
    action();
  } finally {
    hook.disable();
    for (const [name, original] of functions) module[name] = original;
  }
  return { files, asynchronous };
}
