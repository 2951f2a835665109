// `allowlist verify`: reads every region live and says whether addresses, NAT gateways and routes are as published and locked.
import type { AccountCommand } from '../command';
import { Failure } from '../failure';
import { day } from '../output/times';
import { checkRegions } from './check-regions';
import { openLockIfAny } from './lock-file';
import { LOCK_OPTION } from './lock-options';
import { withLockProblems } from './lock-problems';
import { REGIONS_OPTION } from './options';
import { notDeployed } from './read-regions';
import { chosenRegions } from './regions';
import { isEmpty, isGood, verifyJson, verifyText } from './verify-text';

export const verify: AccountCommand = {
  needs: 'account',
  usage: 'verify',
  summary: 'check addresses, NAT gateways and routes of every region, for CI',
  description:
    'Every region is read live and compared with what is published there, and with the lock if there is one. ' +
    'Ends with exit code 0 only if every region could be read and nothing differs, else with 1.',
  options: [REGIONS_OPTION, LOCK_OPTION],
  examples: ['verify -e prod', 'verify -e prod --lock infra/egress.lock.json --json'],
  async run(session, { options }) {
    const { output, context, environment } = session;
    const { document: lock, path: file } = openLockIfAny(session, options);
    if (lock === undefined) output.warn(`there is no lock file ${file}, so what is deployed is not compared with one`);
    const chosen = await chosenRegions(session, options.regions);
    const checked = await checkRegions(session, chosen);
    const regions = lock === undefined ? checked : withLockProblems(lock, checked, day(context.now()));
    if (regions.every(isEmpty)) throw notDeployed(environment, chosen);
    output.result(verifyJson(regions), () => verifyText(regions, output));
    const bad = regions.filter((region) => !isGood(region)).map(({ region }) => region);
    if (bad.length === 0) return;
    throw new Failure(
      'ALLOWLIST_NOT_VERIFIED',
      `${bad.join(', ')}: not as published, not as in the lock, or not to be read; do what each line says`,
    );
  },
};
