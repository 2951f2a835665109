// What a workload imports as 'cdk-exchange-keys/loader': nothing of the CDK is in it.
export { EndpointCategory } from '../../contract/exchange/endpoint-category';
export type { EndpointTable } from '../../contract/exchange/endpoints';
export { ErrorClass } from '../../contract/exchange/error-class';
export { KeySource } from '../../contract/watch/key-report';
export { Outcome } from '../../contract/watch/outcome';
export * from './key';
export * from './request';
export { LoaderError } from './shared/loader-error';
export type { LoaderLogger, LogFields } from './shared/logger';
export type { RecordSink } from './shared/record-sink';
export type { Environment } from './shared/settings';
export type { Clock, Timer, Timers } from './shared/time';
