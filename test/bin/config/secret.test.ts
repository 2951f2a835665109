// Key material in the file is refused, and nothing of it is ever printed.
import { isSecretKey } from '../../../contract/secret-words';
import { problemsOf, refusal, VALID } from './temp-config';

const MATERIAL = 'hunter2hunter2';

test.each([
  'apiKey',
  'API_KEY',
  'api-key',
  'api.key',
  'secret',
  'apiSecret',
  'exchangeSecretKey',
  'passphrase',
  'Pass-Phrase',
  'password',
  'DB_PASSWORD',
  'token',
  'accessToken',
  'privateKey',
  'private_key',
])('%s looks like a secret', (key) => {
  expect(isSecretKey(key)).toBe(true);
  const text = `${VALID}    ${key}: ${MATERIAL}\n`;
  const { code, message } = refusal(text);
  expect(code).toBe('CONFIG_SECRET_IN_FILE');
  expect(message).not.toContain(MATERIAL);
  expect(problemsOf(text)).toEqual([
    `5:5: secret in the file: the key '${key}' at regions.eu-west-1 looks like key material, which never goes in this ` +
      'file; treat the value as leaked: rotate it at the exchange, then remove the key here and from the history of the repository',
  ]);
});

test.each(['secretName', 'secret_arn', 'keyboard', 'owner'])('%s does not', (key) => {
  expect(isSecretKey(key)).toBe(false);
});

test.each([
  ['at the top level', `apiKey: ${MATERIAL}\n${VALID}`],
  ['in an unknown key', `${VALID}exchange:\n  - { name: x, token: ${MATERIAL} }\n`],
  ['as a name of a region', `${VALID}  token: ${MATERIAL}\n`],
  ['as a mapping', `${VALID}secret: { ${MATERIAL}: 1, a: { ${MATERIAL}: 1 } }\n`],
  ['as a block', `${VALID}privateKey: |\n  -----BEGIN PRIVATE KEY-----\n  ${MATERIAL}\n`],
  ['without the space', `apiKey:${MATERIAL}: 1\n${VALID}`],
  ['as an environment file', `API_KEY=${MATERIAL}\n`],
  ['as an environment file before the rest', `API_KEY=${MATERIAL}\n${VALID}`],
  ['with an open quote', `apiKey: "${MATERIAL}\n${VALID}`],
  ['on the line of a syntax error', `regions: { apiKey: ${MATERIAL}\n`],
  ['above the line of a syntax error', `apiKey:\n  "${MATERIAL}" "${MATERIAL}"\n`],
  ['with an unknown tag', `apiKey: !${MATERIAL} x\n${VALID}`],
  ['as an alias without an anchor', `apiKey: *${MATERIAL}\n${VALID}`],
  ['twice', `apiKey: ${MATERIAL}\napiKey: ${MATERIAL}\n${VALID}`],
  ['through an alias', `apiKey: &a ${MATERIAL}\naccount: *a\n${VALID}`],
  ['in a value', `account: 'apiKey=${MATERIAL}'\n${VALID}`],
  ['in an unknown key that is not a secret', `notes: ${MATERIAL}\n${VALID}`],
])('%s, its value does not appear', (_what, text) => {
  expect(refusal(text).message).not.toContain(MATERIAL);
});

test('a secret is told apart from the syntax error that follows it', () => {
  const { code, message } = refusal(`apiKey: ${MATERIAL}\nregions: [\n`);
  expect(code).toBe('CONFIG_SECRET_IN_FILE');
  expect(message).toMatch(/malformed YAML \([A-Z_]+\); its text is not shown because the file mentions a secret/);
});
