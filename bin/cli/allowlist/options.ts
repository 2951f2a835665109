// The options of the commands that read the allowlists of an account.
import type { OptionText } from '../command';

export const REGIONS_OPTION: OptionText = {
  flags: '--regions <list>',
  description: 'regions to read, with commas between them (default: every region that is enabled in the account)',
};

export const EXCHANGE_OPTION: OptionText = {
  flags: '--exchange <name>',
  description:
    'an exchange that is configured in the environment, or one that is known: bybit, binance, okx and others',
};
