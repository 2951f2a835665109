// The resource policy of one key's secret: who may read it at all, and what of it the workload may.

const DESCRIBE = 'secretsmanager:DescribeSecret';
const READ = 'secretsmanager:GetSecretValue';

/** Whose ARNs the policy names; tokens are fine. */
export interface SecretPolicyPrincipals {
  /** Roles of the one workload; none yet = nobody but the ring reads. */
  readonly workload: readonly string[];
  /** Whether the workload may see which version is current: what mounts its files compares before it reads. */
  readonly workloadDescribes?: boolean;
  /** Roles of the probes, of a probe key only. */
  readonly probes: readonly string[];
  readonly rotation: string;
  readonly caretaker: string;
  readonly breakGlass: string;
}

/**
 * Short, because each key has its own: what is equal for all keys (who may write values, which environment a reader must
 * be of) is in the policy of the ring's encryption key.
 *
 * A workload must send `VersionStage` with its request: a parameter that is left out does not match, and so is denied.
 */
export function secretPolicy(principals: SecretPolicyPrincipals): object {
  const { workload, workloadDescribes = false, probes, rotation, caretaker, breakGlass } = principals;
  const onlyTls = {
    Effect: 'Deny',
    Principal: '*',
    Resource: '*',
    Action: 'secretsmanager:*',
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
  const onlyThese = {
    Effect: 'Deny',
    Principal: '*',
    Resource: '*',
    Action: [READ, 'secretsmanager:UpdateSecretVersionStage'],
    Condition: { StringNotEquals: { 'aws:PrincipalArn': [...workload, ...probes, rotation, caretaker, breakGlass] } },
  };
  return {
    Version: '2012-10-17',
    Statement: [onlyTls, onlyThese, ...readCurrent(workload, workloadDescribes), ...readAsProbe(probes)],
  };
}

/** As the ring's own functions read a key, what it is and then a version by its id; whatever its own policies say. */
function readAsProbe(probes: readonly string[]): object[] {
  if (probes.length === 0) return [];
  const Principal = { AWS: [...probes] };
  const actions = [DESCRIBE, READ];
  return [
    { Effect: 'Deny', Principal, Resource: '*', NotAction: actions },
    { Effect: 'Allow', Principal, Resource: '*', Action: actions },
  ];
}

/**
 * The workload reads AWSCURRENT and does nothing else, whatever its own policies say; with `describes` it also sees labels,
 * tags and dates, which no request can ask for by a label.
 */
function readCurrent(workload: readonly string[], describes: boolean): object[] {
  if (workload.length === 0) return [];
  const Principal = { AWS: workload.length === 1 ? workload[0] : [...workload] };
  return [
    {
      Effect: 'Deny',
      Principal,
      Resource: '*',
      ...(describes ? { NotAction: DESCRIBE } : { Action: 'secretsmanager:*' }),
      Condition: { StringNotEquals: { 'secretsmanager:VersionStage': 'AWSCURRENT' } },
    },
    { Effect: 'Allow', Principal, Resource: '*', Action: describes ? [DESCRIBE, READ] : READ },
  ];
}
