// Names of the SSM parameters of a ring.
import { parseExchangeName } from './key-description';

/** Configuration of an exchange, e.g. `/exchange-keys/prod/exchange/xxkk`. */
export function exchangeParameterName(environment: string, exchange: string): string {
  return `/exchange-keys/${environment}/exchange/${parseExchangeName(exchange)}`;
}

/** What the operator's command must know of the ring, e.g. `/exchange-keys/prod/ring`. */
export function ringParameterName(environment: string): string {
  return `/exchange-keys/${environment}/ring`;
}

/** Where the caretaker stopped when it ran out of time, e.g. `/exchange-keys/prod/caretaker`. */
export function caretakerParameterName(environment: string): string {
  return `/exchange-keys/${environment}/caretaker`;
}
