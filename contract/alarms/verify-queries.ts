// The saved queries of the alarms on the way out: what probes and egress check have logged.
import type { ProbeCheckName, ProbeOutcome } from '../verify';
import { FAILED, lines, list } from './saved-query';

/** Lines of probes about these checks that did not pass. */
const probes = (
  logGroup: 'inside-probe' | 'outside-probe',
  outcomes: readonly ProbeOutcome[],
  ...checks: ProbeCheckName[]
) => ({
  logGroups: [logGroup],
  query: lines(
    `filter outcome in ${list(outcomes)} and check in ${list(checks)}`,
    'stats count(*) as times, earliest(@timestamp) as first, latest(@timestamp) as last by zone, check, subject, code, detail',
    'sort last desc',
    'limit 200',
  ),
});

export const VERIFY_QUERIES = {
  InsideProbeFailed: {
    name: 'Wrong addresses and refusals seen from the workload subnets',
    ...probes('inside-probe', ['fail'], 'address', 'signed-read'),
  },
  InsideProbeUnknown: {
    name: 'What kept the inside probes from an answer',
    logGroups: ['inside-probe'],
    query: lines(
      `filter outcome = "unknown" or ${FAILED}`,
      'stats count(*) as times, latest(@timestamp) as last by zone, check, subject, code, detail, errorType, record.status',
      'sort last desc',
      'limit 200',
    ),
  },
  AllowlistDrift: {
    name: 'How the allowlist at the exchange differs',
    ...probes('inside-probe', ['fail'], 'exchange-allowlist'),
  },
  OpenPath: { name: 'Ways out that are open', ...probes('inside-probe', ['fail'], 'closed-path') },
  OutsideProbeFailed: {
    name: 'Keys that the exchange let in from elsewhere',
    ...probes('outside-probe', ['fail'], 'refused-outside'),
  },
  OutsideProbeUnknown: {
    name: 'What kept the outside probe from an answer',
    logGroups: ['outside-probe'],
    query: lines(
      `filter outcome = "unknown" or ${FAILED}`,
      'stats count(*) as times, latest(@timestamp) as last by check, subject, code, detail, errorType, record.status',
      'sort last desc',
      'limit 200',
    ),
  },
  EgressDrift: {
    name: 'Differences between EC2 and what is published',
    logGroups: ['egress-check'],
    query: lines(
      'filter message = "egress difference"',
      'stats count(*) as times, earliest(@timestamp) as first, latest(@timestamp) as last by region, code, subject, detail',
      'sort last desc',
      'limit 200',
    ),
  },
  EgressUnknown: {
    name: 'Regions that could not be read',
    logGroups: ['egress-check'],
    query: lines(
      `filter message = "region unreadable" or ${FAILED}`,
      'stats count(*) as times, latest(@timestamp) as last by region, code, detail, errorType, record.status',
      'sort last desc',
      'limit 200',
    ),
  },
} as const;
