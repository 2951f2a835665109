// What kind of endpoint is called; which permission that takes is decided by `permits`.

/** Category of an endpoint of an exchange. */
export enum EndpointCategory {
  /** Balances, positions, orders, market data: changes nothing. */
  READ = 'read',
  /** Places, changes or cancels orders. */
  TRADE = 'trade',
  /** Moves funds out of the account. */
  WITHDRAW = 'withdraw',
}
