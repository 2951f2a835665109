// Ids of all alarms of a ring: part of alarm names, logical ids, overrides and anchors of the runbook. Never renamed.

export const ALARM_IDS = [
  'NewSourceIp',
  'BlockedByAllowlist',
  'AuthFailureSpike',
  'AuthFailureRate',
  'PermissionMismatch',
  'PermissionRefused',
  'UndeployedKeyUse',
  'RetiredKeyUse',
  'UnknownKey',
  'BadRecord',
  'OldKeyInUse',
  'OldKeyAlive',
  'KeyDrift',
  'StandbyNotListed',
  'RotationOverdue',
  'CaretakerImpaired',
  'CaretakerSilent',
  'DetectorImpaired',
  'HeartbeatMissing',
  'DeadLetters',
  'NatPortsExhausted',
  'NatPacketsDropped',
  'InsideProbeFailed',
  'InsideProbeUnknown',
  'AllowlistDrift',
  'OpenPath',
  'OutsideProbeFailed',
  'OutsideProbeUnknown',
  'EgressDrift',
  'EgressUnknown',
] as const;

export type AlarmId = (typeof ALARM_IDS)[number];

/** The composite of all alarms on which a workload should stop trading; it has an article of its own. */
export const DO_NOT_TRADE = 'DoNotTrade';

/** `exchange-keys-prod-`: what the names of all alarms of a ring begin with. */
export function alarmNamePrefix(environment: string): string {
  return `exchange-keys-${environment}-`;
}

/** `exchange-keys-prod-NewSourceIp` */
export function alarmName(environment: string, id: AlarmId | typeof DO_NOT_TRADE): string {
  return `${alarmNamePrefix(environment)}${id}`;
}

/** The article about an alarm: the heading is the id, so the anchor is the id in lower case. */
export function runbookAnchor(id: string): string {
  return `#${id.toLowerCase()}`;
}

/** Where the articles are, unless the user keeps their own. */
export const RUNBOOK_URL = 'https://github.com/cdk-exchange-keys/cdk-exchange-keys/blob/main/docs/runbook.md';
