// What the stack has told a function through its environment variables; a missing one stops the function at its first call.
import { ALLOWLIST_REGIONS_VARIABLE, ENVIRONMENT_VARIABLE } from '../../contract/keys';
import { isLoopbackEndpoint } from '../../contract/loopback';
import { Refusal } from './refusal';

export interface FunctionSettings {
  readonly region: string;
  readonly environment: string;
  /** Regions whose published addresses every key must allow. */
  readonly allowlistRegions: readonly string[];
  /** True when the AWS that is called is one on this machine; its addresses are loopback addresses. */
  readonly localAws: boolean;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** @throws Refusal `FUNCTION_SETTING_MISSING`. */
export function functionSettings(variables: Variables): FunctionSettings {
  const regions = required(variables, ALLOWLIST_REGIONS_VARIABLE).split(',');
  return {
    region: required(variables, 'AWS_REGION'),
    environment: required(variables, ENVIRONMENT_VARIABLE),
    allowlistRegions: [...new Set(regions.map((region) => region.trim()).filter((region) => region !== ''))],
    localAws: isLoopbackEndpoint(variables.AWS_ENDPOINT_URL),
  };
}

/** A variable that must be there. */
export function required(variables: Variables, name: string): string {
  const value = variables[name];
  if (value) return value;
  throw new Refusal('FUNCTION_SETTING_MISSING', `environment variable ${name} is missing; deploy the ring again`);
}
