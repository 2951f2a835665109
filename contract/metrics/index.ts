// Names of the metrics that the Lambda functions publish and the alarms watch.
export * from './caretaker-metric';
export * from './watch-metric';
