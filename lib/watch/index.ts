// Public API: the watch over keys.
export { AlarmSeverity } from '../../contract/alarms/alarm-definition';
export * from './alarm-action-strategy';
export * from './alarm-override';
export * from './watch-props';
