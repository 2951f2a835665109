// The client of an exchange.
export { type ExchangeClientOptions, exchangeClient } from './create-client';
export { ExchangeClient } from './exchange-client';
export type { ParameterClient } from './exchange-configuration';
export type { ExchangeResponse } from './exchange-response';
export type { ExchangeMessage, MessageResult } from './message';
export { NoAnswerError } from './no-answer';
export type { ExchangeRequestInit } from './request-init';
export type { AddressSource } from './source-address';
export type { Fetch } from './transport';
