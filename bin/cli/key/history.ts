// `key history`: every version of a key that AWS still knows.
import type { CliCommand } from '../command';
import { table } from '../output/table';
import { findKey } from './find-key';
import { allVersions, VERSION_HEADINGS, versionRow } from './versions';

export const history: CliCommand = {
  usage: 'history <name>',
  summary: 'list all versions of a key, deprecated ones included',
  description: 'Reads no key. AWS deletes deprecated versions when there are many: older history is in CloudTrail.',
  examples: ['history prod-trader-bot-a -e prod'],
  async run(session, { names: [name] }) {
    const { facts } = await findKey(session, session.aws, name);
    const versions = await allVersions(session.aws, facts.arn, true);
    session.output.result(versions, () => table(VERSION_HEADINGS, versions.map(versionRow)));
  },
};
