// Which environments exist, and which of them hold real keys.
import { InputError } from './errors';
import { quoted } from './quoted';

/** Environments besides the built-in ones, by name. */
export type ExtraEnvironments = Readonly<Record<string, { readonly production: boolean }>>;

const BUILT_IN: ExtraEnvironments = {
  dev: { production: false },
  test: { production: false },
  staging: { production: false },
  prod: { production: true },
};

const NAME = /^[a-z][a-z0-9]{1,15}$/;
const OTHER_NAMES_OF_PROD = ['production', 'live', 'prd'];

/**
 * The name, if it is one of `dev`, `test`, `staging`, `prod` or a key of `extra`.
 * @throws InputError `ENVIRONMENT_MALFORMED`, `ENVIRONMENT_UNKNOWN`, and for a bad `extra` `ENVIRONMENT_REDEFINED` or
 * `ENVIRONMENT_WITHOUT_PRODUCTION_FLAG`.
 */
export function parseEnvironment(name: string, extra: ExtraEnvironments = {}): string {
  const known = knownEnvironments(extra);
  refuseMalformedName(name);
  if (!known.has(name)) {
    const hint = OTHER_NAMES_OF_PROD.includes(name)
      ? "; write 'prod'"
      : '; use one of them, or declare it in the context cdk-exchange-keys:environments';
    throw new InputError(
      'ENVIRONMENT_UNKNOWN',
      `environment ${quoted(name)} is unknown, allowed are ${[...known.keys()].join(', ')}${hint}`,
    );
  }
  return name;
}

/**
 * Whether the environment holds keys that can move real money.
 * @throws InputError as `parseEnvironment` does.
 */
export function isProduction(name: string, extra: ExtraEnvironments = {}): boolean {
  parseEnvironment(name, extra);
  return knownEnvironments(extra).get(name) === true;
}

/** Whether the environment needs no declaration. */
export function isBuiltInEnvironment(name: string): boolean {
  return Object.hasOwn(BUILT_IN, name);
}

/**
 * For readers that do not know which environments a project adds, because only synth does: one that is not built in is taken
 * for a declared one, of production, so that what is stricter there applies.
 */
export function environmentsWith(name: string): ExtraEnvironments {
  return isBuiltInEnvironment(name) ? {} : { [name]: { production: true } };
}

/** Environment name to whether it is a production one. */
function knownEnvironments(extra: ExtraEnvironments): Map<string, boolean> {
  const known = new Map(Object.entries(BUILT_IN).map(([name, { production }]) => [name, production]));
  for (const [name, settings] of Object.entries(extra)) {
    refuseMalformedName(name);
    if (known.has(name)) {
      throw new InputError(
        'ENVIRONMENT_REDEFINED',
        `extra environment '${name}' redefines a built-in one; choose a name other than ${Object.keys(BUILT_IN).join(', ')}`,
      );
    }
    if (typeof settings?.production !== 'boolean') {
      throw new InputError(
        'ENVIRONMENT_WITHOUT_PRODUCTION_FLAG',
        `extra environment '${name}' does not say whether it is a production one; set production to true or false`,
      );
    }
    known.set(name, settings.production);
  }
  return known;
}

function refuseMalformedName(name: string): void {
  if (NAME.test(name)) return;
  throw new InputError(
    'ENVIRONMENT_MALFORMED',
    `environment ${quoted(name)} is not a name; write 2 to 16 lower-case letters and digits, a letter first`,
  );
}
