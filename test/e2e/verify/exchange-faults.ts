// What can be wrong at the exchange and at the echo services.
import { ECHO_MODES } from '../../support/echo-service';
import type { VerifyWorld } from '../support/verify-world';
import type { Fault } from './fault';

/** The exchange has another list for the probes' key. */
const listed = (change: (ips: readonly string[], world: VerifyWorld) => string[]) => (world: VerifyWorld) => {
  const { exchange, probeKey } = world;
  exchange.control.editKeyByHand(probeKey.id, { ips: change(probeKey.ips, world) });
  return () => exchange.control.editKeyByHand(probeKey.id, { ips: probeKey.ips });
};

const echo =
  (mode: keyof typeof ECHO_MODES) =>
  ({ echoes: [, second] }: VerifyWorld) => {
    second.mode = ECHO_MODES[mode];
    return () => {
      second.mode = ECHO_MODES.ok;
    };
  };

export const EXCHANGE_FAULTS: readonly Fault[] = [
  {
    what: 'the exchange forgets to look at its allowlist',
    alarms: ['OutsideProbeFailed'],
    happens: ({ exchange: { control } }) => {
      control.configure({ enforceAllowlist: false });
      return () => control.configure({ enforceAllowlist: true });
    },
  },
  {
    what: 'the exchange is down',
    alarms: ['InsideProbeUnknown', 'OutsideProbeUnknown'],
    again: true,
    happens: ({ exchange: { control } }) => {
      control.outage('503');
      return () => control.outage(null);
    },
  },
  {
    what: 'the exchange does not say why it refuses',
    alarms: ['OutsideProbeUnknown'],
    happens: ({ exchange: { control } }) => {
      control.configure({ ambiguousAuth: true });
      return () => control.configure({ ambiguousAuth: false });
    },
  },
  {
    what: "an active address of the other region is missing in the exchange's list",
    alarms: ['AllowlistDrift'],
    happens: listed((ips, { elsewhere }) => ips.filter((ip) => ip !== elsewhere.active)),
  },
  {
    // somebody has to add it before traffic goes there, and nothing is wrong with the traffic of today
    what: "a standby address is missing in the exchange's list",
    alarms: [],
    seen: 'ALLOWLIST_STANDBY_MISSING',
    happens: listed((ips, { elsewhere }) => ips.filter((ip) => ip !== elsewhere.standby)),
  },
  {
    what: "a stranger's address is in the exchange's list",
    alarms: ['AllowlistDrift'],
    happens: listed((ips) => [...ips, '192.0.2.1']),
  },
  {
    what: "the address of a zone is missing in the exchange's list",
    alarms: ['AllowlistDrift', 'InsideProbeFailed'],
    happens: listed((ips, { addresses }) => ips.filter((ip) => ip !== addresses[0])),
  },
  { what: 'the echo services disagree', alarms: ['InsideProbeUnknown'], happens: echo('otherAddress') },
  { what: 'an echo service is silent', alarms: ['InsideProbeUnknown'], happens: echo('silent') },
];
