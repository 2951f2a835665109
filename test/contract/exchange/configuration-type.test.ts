// The configuration's type and its schema say the same; the compiler is the judge.
import type { FromSchema } from 'json-schema-to-ts';
import type { ExchangeConfiguration } from '../../../contract/exchange/exchange-configuration';
import { exchangeConfigurationSchema } from '../../../contract/schema/exchange-configuration';

type FromTheSchema = FromSchema<typeof exchangeConfigurationSchema, { keepDefaultedPropertiesOptional: true }>;

const accepted = (configuration: FromTheSchema): ExchangeConfiguration => configuration;
const described = (configuration: ExchangeConfiguration): FromTheSchema => configuration;

test('every value of the schema is of the type, and the other way round', () => {
  expect([accepted, described]).toHaveLength(2);
});
