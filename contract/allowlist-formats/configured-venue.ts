// What an exchange's configuration says about its allowlists.
import { InputError } from '../errors';
import { AllowlistEntryFormat, type ExchangeConfiguration } from '../exchange/exchange-configuration';
import type { AllowlistVenue } from './venue';

/**
 * The venue of a configuration as `source`, an SSM parameter, has it. Only what is needed here is looked at: the rotation
 * checks the rest. No value is shown, as one pasted by mistake may be a key.
 * @throws InputError `EXCHANGE_CONFIGURATION_INVALID`.
 */
export function configuredVenue(text: string, name: string, source: string): AllowlistVenue {
  const configuration = parse(text, source);
  if (configuration.name !== name) {
    throw invalid(`the configuration in '${source}' is that of another exchange; deploy the ring again`);
  }
  const { allowlistEntryFormat: format = AllowlistEntryFormat.ADDRESS_OR_CIDR, limits } = configuration;
  if (!Object.values(AllowlistEntryFormat).includes(format)) {
    throw invalid(
      `the configuration in '${source}' cannot be used: 'allowlistEntryFormat' is unknown; deploy the ring again`,
    );
  }
  const most = limits?.allowlistEntries;
  if (most !== undefined && !(Number.isInteger(most) && most > 0)) {
    throw invalid(
      `the configuration in '${source}' cannot be used: 'limits.allowlistEntries' is no whole number; deploy the ring again`,
    );
  }
  return { name, title: name, entryFormat: format, asPublished: true, mostEntries: most, notes: [] };
}

type Used = Partial<Pick<ExchangeConfiguration, 'name' | 'allowlistEntryFormat' | 'limits'>>;

function parse(text: string, source: string): Used {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // the text may hold anything: it is not shown
  }
  throw invalid(`parameter '${source}' is not JSON; deploy the ring again`);
}

function invalid(message: string): InputError {
  return new InputError('EXCHANGE_CONFIGURATION_INVALID', message);
}
