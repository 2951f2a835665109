// What can be wrong with those that prove, and with the regions that they ask.
import { UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { OTHER_REGION, ZONES } from '../support/verify-config';
import type { VerifyWorld } from '../support/verify-world';
import type { Fault } from './fault';

type Which = (world: VerifyWorld) => string;

const inside: Which = ({ verify }) => verify.insideProbes[ZONES[1]];
const outside: Which = ({ verify }) => verify.outsideProbe as string;
const egressCheck: Which = ({ verify }) => verify.egressCheck;

const broken = (which: Which) => async (world: VerifyWorld) => {
  const FunctionName = which(world);
  const { Handler } = await world.configuration(FunctionName);
  const handle = (name?: string) =>
    world.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Handler: name }));
  await handle('index.nothing');
  return () => handle(Handler);
};

const off = (which: Which) => async (world: VerifyWorld) => {
  const name = which(world);
  await world.switchSchedule(name, 'DISABLED');
  return () => world.switchSchedule(name, 'ENABLED');
};

export const PROVER_FAULTS: readonly Fault[] = [
  { what: 'the inside probe of one zone breaks', alarms: ['InsideProbeUnknown'], happens: broken(inside) },
  { what: 'the outside probe breaks', alarms: ['OutsideProbeUnknown'], happens: broken(outside) },
  { what: 'the egress check breaks', alarms: ['EgressUnknown'], happens: broken(egressCheck) },
  {
    what: 'the schedule of one inside probe is off',
    alarms: ['InsideProbeUnknown'],
    happens: off(inside),
  },
  { what: 'the schedule of the outside probe is off', alarms: ['OutsideProbeUnknown'], happens: off(outside) },
  { what: 'the schedule of the egress check is off', alarms: ['EgressUnknown'], happens: off(egressCheck) },
  // what it publishes is part of the list that the exchange should have, so that nobody can say what that is
  {
    what: 'the other region cannot be reached',
    alarms: ['EgressUnknown', 'InsideProbeUnknown'],
    happens: async ({ hooks }) => {
      await hooks.regionOutage(OTHER_REGION, 'refused');
      return () => hooks.regionOutage(OTHER_REGION, 'none');
    },
  },
];
