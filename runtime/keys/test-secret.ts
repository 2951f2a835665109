// Step 3: validates the pending key. Called without one, as a new schedule does, it is a dry run against the key in use.
import { CURRENT } from '../../contract/keys';
import { holder } from './key-state';
import { note, type Run } from './run';
import { validateKey } from './validate-key';
import { validatePending } from './validate-pending';

export async function testSecret(run: Run): Promise<void> {
  // A short look: a value that is seen only later is validated by finishSecret in any case.
  const pending = await run.store.read(run.state.arn, run.token, { expected: false });
  if (typeof pending === 'string') await dryRun(run);
  else await validatePending(run, pending);
}

async function dryRun(run: Run): Promise<void> {
  const { store, state } = run;
  const current = holder(state, CURRENT);
  const document = current ? await store.read(state.arn, current.id) : 'no value';
  if (typeof document === 'string') {
    note(run, 'there is no key to test yet', { operation: 'dry run', outcome: 'nothing to do' });
    return;
  }
  const adapter = await run.loadExchange(state.description.exchange);
  const ourAddresses = await run.ourAddresses();
  const { warnings } = await validateKey({ state, document }, { ...run, adapter, ourAddresses });
  for (const warning of warnings) note(run, warning, { operation: 'dry run', outcome: 'warning' });
  note(run, 'the key in use is as declared', { operation: 'dry run', outcome: 'done' });
}
