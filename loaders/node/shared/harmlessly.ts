// Calls what a workload gave the loader, such as a sink or a logger: whatever becomes of it, the loader's work goes on.

const ignore = () => {};

/** It may be asynchronous, whatever its type says: `failed` is called when it throws or rejects, `succeeded` when it is through. */
export function harmlessly(call: () => unknown, failed: () => void = ignore, succeeded: () => void = ignore): void {
  try {
    const done = call();
    if (done instanceof Promise) done.then(succeeded, failed);
    else succeeded();
  } catch {
    failed();
  }
}
