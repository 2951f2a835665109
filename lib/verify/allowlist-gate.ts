// A step of a CDK pipeline that holds a deployment back until the way out is proven.
import { Aws, Duration } from 'aws-cdk-lib';
import { BuildSpec } from 'aws-cdk-lib/aws-codebuild';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CodeBuildStep, IFileSetProducer } from 'aws-cdk-lib/pipelines';
import { ringParameterName } from '../../contract/keys';
import { tradingGateParameterName, verifyParameterName } from '../../contract/verify';
import { ENVIRONMENT_TAG } from '../core/environment-claim';
import { packageVersion } from '../core/runtime-bundle';
import { PURPOSE_TAG, VERIFY_PURPOSE } from '../core/verifying-function';
import { CheckedGate, checkGate } from './check-gate';

/** Which ring a gate is about. */
export interface AllowlistGateTarget {
  /** Environment of the ring. */
  readonly environment: string;
  /** Home region of the ring. */
  readonly region: string;
}

/** What makes a gate. */
export interface AllowlistGateProps extends AllowlistGateTarget {
  /**
   * How long it waits: whole minutes, 1 minute to 8 hours. Probes run at once, so it is the time that deployments and
   * exchanges may take.
   * @default Duration.minutes(45)
   */
  readonly timeout?: Duration;
  /**
   * Path of the lock file within `input`, e.g. `egress.lock.json`: then what is deployed must be what is locked, and every
   * exchange must have been told.
   * @default - the lock is not looked at
   */
  readonly lockFile?: string;
  /**
   * Where the lock file is: the source of the pipeline.
   * @default - the output of the pipeline's synth step, in which there is no lock file
   */
  readonly input?: IFileSetProducer;
  /**
   * True for a ring without probes, which otherwise is refused: then nobody has tried whether the exchange lets it in.
   * @default false
   */
  readonly withoutProbes?: boolean;
  /**
   * ARN of a role in the ring's account that the step acts as, for a pipeline in another account. The role needs
   * `AllowlistGate.statements()` and must trust the pipeline's account.
   * @default - the step's own role, in the account of the pipeline
   */
  readonly accessRoleArn?: string;
  /**
   * Version of this package whose command is run.
   * @default - the version that makes the step
   */
  readonly packageVersion?: string;
  /**
   * What to do before, for example to log in to a registry.
   * @default - nothing
   */
  readonly installCommands?: string[];
}

/** Node.js that the command runs on; the default of CodeBuild's images is older. */
const NODE_VERSION = 22;
/** For the start of the build, and for an attempt that has begun when the time is over. */
const RESERVE_MINUTES = 15;
const PROFILE = 'exchange-keys-gate';

/**
 * Runs `exchange-keys verify gate` in CodeBuild: the step succeeds as soon as addresses, NAT gateways and routes are as
 * published, every probe passes and the trading gate is open, and fails if that does not happen in time.
 *
 * ```ts
 * const source = CodePipelineSource.connection('desk/trading', 'main', { connectionArn });
 * const bots = pipeline.addStage(new TradingStage(app, 'Trading'));
 * bots.addPre(new AllowlistGate('WayOut', {
 *   environment: 'prod',
 *   region: 'eu-west-1',
 *   input: source,
 *   lockFile: 'egress.lock.json',
 * }));
 * ```
 *
 * With `addPre` the stage waits for a network that is deployed already; with `addPost` the network's own stage is good only
 * when its way out is proven.
 */
export class AllowlistGate extends CodeBuildStep {
  /**
   * What the step may do, for a role of your own: read the ring's parameters and what regions publish, and run the
   * functions by which the ring proves its way out. It can read no key, and change nothing.
   *
   * @throws as the constructor does
   */
  public static statements(target: AllowlistGateTarget): PolicyStatement[] {
    return statements(checkGate(target));
  }

  constructor(id: string, props: AllowlistGateProps) {
    const gate = checkGate(props);
    const { accessRoleArn } = gate;
    super(id, {
      input: props.input,
      installCommands: [...(props.installCommands ?? []), ...(accessRoleArn ? [profileCommand(accessRoleArn)] : [])],
      commands: [gateCommand(gate)],
      timeout: Duration.minutes(gate.minutes + RESERVE_MINUTES),
      partialBuildSpec: BuildSpec.fromObject({
        version: '0.2',
        phases: { install: { 'runtime-versions': { nodejs: NODE_VERSION } } },
      }),
      rolePolicyStatements: accessRoleArn
        ? [new PolicyStatement({ sid: 'ActAsGate', actions: ['sts:AssumeRole'], resources: [accessRoleArn] })]
        : statements(gate),
    });
  }
}

/** The package is named: `npx exchange-keys` alone would fetch whatever package has that name. */
function gateCommand(gate: CheckedGate): string {
  return [
    `npx --yes --package cdk-exchange-keys@${gate.packageVersion ?? packageVersion()} exchange-keys verify gate`,
    `--environment ${gate.environment} --region ${gate.region} --timeout ${gate.minutes}m`,
    ...(gate.lockFile === undefined ? [] : [`--lock '${gate.lockFile}'`]),
    ...(gate.withoutProbes ? ['--without-probes'] : []),
    ...(gate.accessRoleArn === undefined ? [] : [`--profile ${PROFILE}`]),
  ].join(' ');
}

/** The SDK renews the role's credentials by itself, which a single AssumeRole would not. */
function profileCommand(roleArn: string): string {
  const lines = [`[profile ${PROFILE}]`, `role_arn = ${roleArn}`, 'credential_source = EcsContainer'];
  return `mkdir -p ~/.aws && printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')} >> ~/.aws/config`;
}

function statements({ environment, region }: AllowlistGateTarget): PolicyStatement[] {
  const here = `arn:${Aws.PARTITION}:ssm:${region}:${Aws.ACCOUNT_ID}:parameter`;
  const names = [ringParameterName, verifyParameterName, tradingGateParameterName].map((name) => name(environment));
  return [
    new PolicyStatement({
      sid: 'ReadRingAndAllowlists',
      actions: ['ssm:GetParameter'],
      resources: [
        ...names.map((name) => `${here}${name}`),
        `arn:${Aws.PARTITION}:ssm:*:${Aws.ACCOUNT_ID}:parameter/exchange-keys/${environment}/egress/*`,
      ],
    }),
    // their names are CloudFormation's, so they are told by their tags
    new PolicyStatement({
      sid: 'RunProofs',
      actions: ['lambda:InvokeFunction'],
      resources: [`arn:${Aws.PARTITION}:lambda:${region}:${Aws.ACCOUNT_ID}:function:*`],
      conditions: {
        StringEquals: {
          [`aws:ResourceTag/${ENVIRONMENT_TAG}`]: environment,
          [`aws:ResourceTag/${PURPOSE_TAG}`]: VERIFY_PURPOSE,
        },
      },
    }),
    // which regions to look for addresses in
    new PolicyStatement({ sid: 'KnowRegions', actions: ['ec2:DescribeRegions'], resources: ['*'] }),
  ];
}
