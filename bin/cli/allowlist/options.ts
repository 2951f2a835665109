// The options of the commands that read the allowlists of an account.
import type { OptionText } from '../command';

export const REGIONS_OPTION: OptionText = {
  flags: '--regions <list>',
  description: 'regions to read, with commas between them (default: every region that is enabled in the account)',
};
