import { type ExtraEnvironments, environmentsWith, isProduction, parseEnvironment } from '../../contract/environment';
import { refusalOf } from './refusal';

const EXTRA: ExtraEnvironments = { demo: { production: false }, live: { production: true } };

test.each([
  ['dev', false],
  ['test', false],
  ['staging', false],
  ['prod', true],
  ['demo', false],
  ['live', true],
])('%s is known; production: %s', (name, production) => {
  expect(parseEnvironment(name, EXTRA)).toBe(name);
  expect(isProduction(name, EXTRA)).toBe(production);
});

const unknown = (name: string, rest: string) => `environment '${name}' is unknown, allowed are ${rest}`;
const malformed = (name: string) =>
  `environment '${name}' is not a name; write 2 to 16 lower-case letters and digits, a letter first`;
const DECLARE = '; use one of them, or declare it in the context cdk-exchange-keys:environments';

test.each([
  ['qa', undefined, 'ENVIRONMENT_UNKNOWN', unknown('qa', `dev, test, staging, prod${DECLARE}`)],
  ['qa', EXTRA, 'ENVIRONMENT_UNKNOWN', unknown('qa', `dev, test, staging, prod, demo, live${DECLARE}`)],
  ['constructor', undefined, 'ENVIRONMENT_UNKNOWN', unknown('constructor', `dev, test, staging, prod${DECLARE}`)],
  ['production', undefined, 'ENVIRONMENT_UNKNOWN', unknown('production', "dev, test, staging, prod; write 'prod'")],
  ['live', undefined, 'ENVIRONMENT_UNKNOWN', unknown('live', "dev, test, staging, prod; write 'prod'")],
  ['prd', undefined, 'ENVIRONMENT_UNKNOWN', unknown('prd', "dev, test, staging, prod; write 'prod'")],
  ['Prod', undefined, 'ENVIRONMENT_MALFORMED', malformed('Prod')],
  ['', undefined, 'ENVIRONMENT_MALFORMED', malformed('')],
  ['p', undefined, 'ENVIRONMENT_MALFORMED', malformed('p')],
  ['1dev', undefined, 'ENVIRONMENT_MALFORMED', malformed('1dev')],
  ['my-dev', undefined, 'ENVIRONMENT_MALFORMED', malformed('my-dev')],
  ['prod\n', undefined, 'ENVIRONMENT_MALFORMED', malformed('prod\\u000a')],
  ['a2345678901234567', undefined, 'ENVIRONMENT_MALFORMED', malformed('a2345678901234567')],
  ['dev', { 'my-dev': { production: false } }, 'ENVIRONMENT_MALFORMED', malformed('my-dev')],
  [
    'dev',
    { prod: { production: false } },
    'ENVIRONMENT_REDEFINED',
    "extra environment 'prod' redefines a built-in one; choose a name other than dev, test, staging, prod",
  ],
  [
    'demo',
    { demo: {} } as unknown as ExtraEnvironments,
    'ENVIRONMENT_WITHOUT_PRODUCTION_FLAG',
    "extra environment 'demo' does not say whether it is a production one; set production to true or false",
  ],
])('%j with extra %j is refused with %s', (name, extra, code, message) => {
  expect(refusalOf(() => parseEnvironment(name, extra))).toEqual({ code, message });
  expect(refusalOf(() => isProduction(name, extra))).toEqual({ code, message });
});

test.each([
  ['prod', {}],
  ['dev', {}],
  ['canary', { canary: { production: true } }],
])('a reader that knows nothing of what the project adds takes %s for one that was declared', (name, extra) => {
  expect(environmentsWith(name)).toEqual(extra);
  expect(parseEnvironment(name, environmentsWith(name))).toBe(name);
});
