// Holds a region against the lock: at once what it can tell by itself, at the end of synth what only the whole app can.
import { Annotations, Stage } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { parseCidr } from '../../contract/cidr';
import {
  checkPool,
  entriesOf,
  type GuardedTemplate,
  guardRegions,
  guardTemplate,
  LOCK_FILE,
  type LockDocument,
  type LockEntry,
  type LockFinding,
} from '../../contract/lock';
import { isProductionEnvironment, requireConcrete } from '../core/checks';
import { ConfigError, checked, finding } from '../core/config-error';
import { requiredExchanges } from '../core/required-exchanges';
import { today } from '../core/today';
import { EgressLock } from './egress-lock';
import { enterLockedRegion, regionsInApp } from './locked-regions';

/** What the user says about the lock. */
interface LockProps {
  readonly environment: string;
  readonly lock?: EgressLock;
  readonly declaredPool?: string;
}

type Region = Omit<GuardedTemplate, 'today'>;

/** The entries of the region; undefined without a lock. Throws for all that is wrong with the region under its lock. */
export function guardWithLock(scope: Construct, props: LockProps, region: Region): readonly LockEntry[] | undefined {
  const { environment, lock } = props;
  const pool = declaredPool(scope, props);
  const isFirst = enterLockedRegion(scope, { environment, region: region.region, lock });
  if (lock === undefined) {
    advise(scope, environment, 'lock-missing', [
      `no lock guards the egress addresses of ${environment} in ${region.region}; deploy, run 'exchange-keys allowlist lock',`,
      `commit ${LOCK_FILE}, and pass it as 'lock'`,
    ]);
    return undefined;
  }
  const document = lock._read(scope, environment);
  if (pool !== undefined) checked(scope, 'declaredPool', () => checkPool(document, region.region, pool));
  const template = { ...region, today: today(scope) };
  refuse(scope, guardTemplate(document, template));
  const entries = entriesOf(document, region.region);
  if (entries.length === 0) {
    advise(scope, environment, 'lock-region-new', [
      `the lock has no address of ${environment} in ${region.region} yet, so nothing of the region is guarded; deploy,`,
      `run 'exchange-keys allowlist lock', and commit ${LOCK_FILE}`,
    ]);
  }
  validateLast(scope, () => [
    ...untold(scope, environment, document, template),
    ...(isFirst ? missingRegions(scope, environment, document, lock) : []),
  ]);
  return entries;
}

function declaredPool(scope: Construct, props: LockProps): string | undefined {
  const prop = 'declaredPool';
  const pool = requireConcrete(scope, prop, props.declaredPool);
  if (pool !== undefined) checked(scope, prop, () => parseCidr(pool));
  return pool;
}

/** One refusal for all findings; its code is that of the first. */
function refuse(scope: Construct, findings: readonly LockFinding[]): void {
  const [first] = findings;
  if (first === undefined) return;
  if (findings.length === 1) throw new ConfigError(first.code, first.message, scope);
  const lines = findings.map(({ code, message }) => finding(code, message));
  throw new ConfigError(
    first.code,
    [...lines, `${lines.length} reasons why the lock refuses this template`].join('\n'),
    scope,
  );
}

/** Keys of every region call from every address, so each exchange of the environment must have confirmed it. */
function untold(scope: Construct, environment: string, document: LockDocument, template: GuardedTemplate): string[] {
  return guardTemplate(document, { ...template, requiredExchanges: requiredExchanges(scope, environment) })
    .filter(({ code }) => code === 'LOCK_NOT_TOLD' || code === 'LOCK_ZONE_WITHOUT_ENTRY')
    .map(({ code, message }) => finding(code, message));
}

function missingRegions(scope: Construct, environment: string, document: LockDocument, lock: EgressLock): string[] {
  const present = [...regionsInApp(scope, environment), ...lock._regionsElsewhere(scope)];
  return Object.keys(document.regions).flatMap((region) => {
    const others = Object.keys(document.regions).filter((other) => other !== region);
    const findings = guardRegions(document, [...present, ...others], today(scope));
    if (findings.length === 0) return [];
    return [
      finding(
        'LOCK_REGION_DROPPED',
        `region '${region}' of ${environment} is in the lock and not in the app; put it back and let its zones go as it says below, ` +
          `or, if another app has it, say so with lock.withRegionsElsewhere('${region}') (in exchange-keys.yaml: regionsElsewhere)`,
      ),
      ...findings.map(({ code, message }) => finding(code, message)),
    ];
  });
}

/** A nested stage may be synthesised before the rest of the app is there, as CDK Pipelines does; the app itself is not. */
function validateLast(scope: Construct, validate: () => string[]): void {
  const stage = Stage.of(scope);
  const isNested = stage !== undefined && stage !== scope.node.root;
  (isNested ? scope.node.root : scope).node.addValidation({ validate });
}

/** Production has somebody to answer for it, who is warned. */
function advise(scope: Construct, environment: string, id: string, words: readonly string[]): void {
  const annotations = Annotations.of(scope);
  const text: [string, string] = [`cdk-exchange-keys:${id}`, words.join(' ')];
  if (isProductionEnvironment(scope, environment)) annotations.addWarningV2(...text);
  else annotations.addInfoV2(...text);
}
