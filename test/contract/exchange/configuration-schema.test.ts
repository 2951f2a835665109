// What the schema of a configuration accepts and refuses, as ajv judges.
import Ajv from 'ajv';
import { exchangeConfigurationSchema } from '../../../contract/schema/exchange-configuration';
import { ambiguousConfiguration, manualConfiguration, xxkkConfiguration } from '../../support/exchange-configuration';

const validate = new Ajv({ strict: true }).addVocabulary(['patternErrorMessage']).compile(exchangeConfigurationSchema);

/** A copy as JSON with one value set; undefined removes it. */
function changed(path: string, value: unknown): object {
  const copy = JSON.parse(JSON.stringify(xxkkConfiguration('https://api.xxkk.example')));
  const names = path.split('.');
  const last = names.pop() ?? '';
  names.reduce((at, name) => at[name], copy)[last] = value;
  return JSON.parse(JSON.stringify(copy));
}

test.each([xxkkConfiguration, manualConfiguration, ambiguousConfiguration])('%p', (configuration) => {
  expect(validate(JSON.parse(JSON.stringify(configuration('https://api.xxkk.example'))))).toBe(true);
});

test.each([
  ['name', 'XXKK'],
  ['baseUrl', 'api.xxkk.example'],
  ['baseUrlVariable', 'a-b'],
  ['operations.probe', undefined],
  ['operations.inspect', undefined],
  ['operations.inspect.response.permissions', undefined],
  ['operations.inspect.response.allowlist', undefined],
  ['operations.create.response.apiKey', undefined],
  ['operations.create.response.apiSecret', undefined],
  ['operations.create.response.apiSecret', '$..secret'],
  ['operations.list.itemsPath', undefined],
  ['operations.probe.path', 'v1'],
  ['operations.probe.path', '/v1?a=b'],
  ['operations.probe.path', '/v1\r\nHost: x'],
  ['operations.probe.method', 'get'],
  ['operations.probe.signedBy', 'nobody'],
  ['operations.revoke.signedBy', 'nobody'],
  ['operations.revoke.goneCodes', [33021]],
  ['permissions.read', []],
  ['permissions.read', ['a b']],
  ['permissions.read', ['a,b']],
  ['permissions.trade-limited', ['x']],
  ['errors', []],
  ['errors.0.errorClass', 'OK'],
  ['errors.0.code', 10001],
  ['envelope.codePath', undefined],
  ['envelope.successCodes', []],
  ['limits.activationSeconds', 781],
  ['limits.requestsPerSecond', 0],
  ['limits.keysPerAccount', 1],
  ['signing.hash', 'md5'],
  ['apiSecret', 'x'],
])('%s = %j is refused', (path, value) => {
  expect(validate(changed(path, value))).toBe(false);
});

test('no value of any length or depth is left to the reader', () => {
  const open: string[] = [];
  const visit = (at: string, schema: Record<string, unknown>): void => {
    if (schema.type === 'object' && schema.additionalProperties === undefined && !at.endsWith('.body')) open.push(at);
    if (schema.type === 'string' && !schema.enum && !schema.maxLength && !schema.pattern) open.push(at);
    if (schema.type === 'array' && !schema.maxItems) open.push(at);
    for (const [name, child] of Object.entries((schema.properties ?? {}) as Record<string, Record<string, unknown>>)) {
      visit(`${at}.${name}`, child);
    }
    if (schema.items) visit(`${at}[]`, schema.items as Record<string, unknown>);
  };
  visit('', exchangeConfigurationSchema as unknown as Record<string, unknown>);
  expect(open).toEqual([]);
});
