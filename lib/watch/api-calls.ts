// Patterns of API calls as EventBridge has them from CloudTrail.

/** `ENABLED` leaves out management events that come through CloudTrail, reads at least (EventBridge API Reference, PutRule, `State`). */
export const ENABLED_FOR_ALL = 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';

export const apiCalls = (source: string, detail: object) => ({
  source: [source],
  'detail-type': ['AWS API Call via CloudTrail'],
  detail,
});

/** Anyone but these roles, people and services that are no role included; AWS's own doing is not meant. */
export function nobodyOf(roles: readonly string[]): object {
  return {
    userIdentity: {
      type: [{ 'anything-but': ['AWSService'] }],
      sessionContext: { sessionIssuer: { arn: [{ 'anything-but': roles }, { exists: false }] } },
    },
  };
}
