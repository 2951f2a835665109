// `allowlist request`: the text for an exchange's support or web page: what to add first, and what to remove later.
import { egressList } from '../../../contract/allowlist-formats';
import type { AccountCommand } from '../command';
import { openLockIfAny } from './lock-file';
import { exchangeOption, LOCK_OPTION } from './lock-options';
import { EXCHANGE_OPTION, REGIONS_OPTION } from './options';
import { readRegions } from './read-regions';
import { chosenRegions } from './regions';
import { requestContent } from './request-content';
import { requestText } from './request-text';
import { chosenVenue } from './venue-option';

export const request: AccountCommand = {
  needs: 'account',
  usage: 'request',
  summary: "write the text for an exchange's support or web page",
  description: `What the exchange is told comes from the regions, what it knows already from the lock; without a lock it knows nothing.
Additions come first, removals later, and no address in use is ever removed. The text goes to stdout, what to run
afterwards to stderr.`,
  options: [EXCHANGE_OPTION, LOCK_OPTION, REGIONS_OPTION],
  examples: [
    'request -e prod --exchange bybit',
    'request -e prod --exchange xxkk --lock infra/egress.lock.json > ticket.txt',
  ],
  async run(session, { options }) {
    const { environment, output } = session;
    const exchange = exchangeOption(options.exchange);
    const { document: lock } = openLockIfAny(session, options);
    const venue = await chosenVenue(session, exchange);
    const regions = await chosenRegions(session, options.regions);
    const content = requestContent(egressList(await readRegions(session, regions, session)), lock, venue);
    if (lock === undefined) output.say('there is no lock: the request is for all addresses, as if none was known');
    for (const warning of content.warnings) output.warn(warning);
    const { add, remove, afterwards, warnings } = content;
    output.result(
      { environment, exchange: venue.name, text: requestText(content), add, remove, afterwards, warnings },
      () => requestText(content),
    );
    if (afterwards.length === 0) return;
    output.say(`\n${output.styled('bold', 'When the exchange has confirmed, run:')}`);
    for (const command of afterwards) output.say(`  ${command}`);
  },
};
