// What a checked exchange-keys.yaml holds, derived from its schema.
import type { FromSchema } from 'json-schema-to-ts';
import type { exchangeKeysConfigSchema } from '../../contract/schema/exchange-keys-config';

/** A checked `exchange-keys.yaml`. Nothing is filled in: an absent key is `undefined` and its default is the library's. */
export type Config = FromSchema<typeof exchangeKeysConfigSchema, { keepDefaultedPropertiesOptional: true }>;

/** One entry of `regions`. */
export type RegionConfig = Config['regions'][string];

/** `addresses` of a region, told apart by `source`. */
export type AddressesConfig = NonNullable<RegionConfig['addresses']>;

/** `network` of a region; `existing` excludes the other keys. */
export type NetworkConfig = NonNullable<RegionConfig['network']>;

/** `ring`: what the keys share. */
export type RingConfig = NonNullable<Config['ring']>;

/** One entry of `keys`. */
export type KeyConfig = NonNullable<Config['keys']>[string];
