import { App, Stack } from 'aws-cdk-lib';
import { InputError } from '../../../contract/errors';
import { ConfigError, checked, finding } from '../../../lib/core/config-error';

const scope = new Stack(new App(), 'Network');
const refuse = (error: Error) => () => {
  throw error;
};

test('names the construct and ends with the code', () => {
  const error = new ConfigError('NO_WAY', "'x' is 1, allowed is 2", scope);
  expect(error.message).toBe("'x' is 1, allowed is 2 (at Network) [NO_WAY]");
  expect([error.code, error.name, error instanceof InputError]).toEqual(['NO_WAY', 'ConfigError', true]);
  expect(new ConfigError('NO_WAY', 'no', new App()).message).toBe('no (at the app) [NO_WAY]');
});

test('can be about a child that was not made', () => {
  const error = new ConfigError('NO_WAY', 'no', scope).of('KeyA');
  expect([error.message, error.code]).toEqual(['no (at Network/KeyA) [NO_WAY]', 'NO_WAY']);
});

test('a refusal of a pure check gets prop and construct; anything else passes through untouched', () => {
  const refused = () => checked(scope, 'vpcCidr', refuse(new InputError('CIDR_HEX', "'0x1' has a hexadecimal octet")));
  expect(refused).toThrow("'vpcCidr': '0x1' has a hexadecimal octet (at Network) [CIDR_HEX]");
  const bug = new TypeError('undefined is not a function');
  expect(() => checked(scope, 'vpcCidr', refuse(bug))).toThrow(bug);
  const named = new ConfigError('NO_WAY', 'no', scope);
  expect(() => checked(scope, 'vpcCidr', refuse(named))).toThrow(named);
  expect(checked(scope, 'vpcCidr', () => 7)).toBe(7);
});

test('a finding of the end of synth has its code as well', () => {
  expect(finding('SECOND_WAY_OUT', 'a route')).toBe('a route [SECOND_WAY_OUT]');
});
