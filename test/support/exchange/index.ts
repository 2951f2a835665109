// The loopback exchange, as tests use it.
export { type ExchangeProcess, startExchangeProcess } from './child-process';
export { type CallOptions, ExchangeClient, type Reply } from './client';
export type { Credentials, ExchangeControl, HandMadeKey, KeyInsight, RemoteControl } from './control';
export { remoteControl } from './control-over-http';
export type { Fault } from './faults';
export type { JournalEntry } from './journal';
export { type ExchangeOptions, LoopbackExchange } from './loopback-exchange';
export { CODES, type CodeName, DAY, MINUTE, OPERATIONS, type OperationName, type Permission } from './protocol';
export type { Settings } from './settings';
