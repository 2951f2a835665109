import { allowlistParameterName } from '../../../contract/allowlist';
import { refusalOf } from '../refusal';

test('the parameter of a region', () => {
  expect(allowlistParameterName('prod', 'eu-west-1')).toBe('/exchange-keys/prod/egress/eu-west-1/allowlist');
  expect(allowlistParameterName('demo', 'eu-west-1', { demo: { production: false } })).toBe(
    '/exchange-keys/demo/egress/eu-west-1/allowlist',
  );
});

test('no name leads out of the tree', () => {
  expect(refusalOf(() => allowlistParameterName('prod/../dev', 'eu-west-1')).code).toBe('ENVIRONMENT_MALFORMED');
  expect(refusalOf(() => allowlistParameterName('prod', '../eu-west-1')).code).toBe('REGION_MALFORMED');
});
