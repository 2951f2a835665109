// Names of the metrics that the Lambda functions publish and the alarms watch.
export * from './caretaker-metric';
export * from './verify-metric';
export * from './watch-metric';
