// A difference in resources that nobody listed is reported as such.
import { compareTypes } from '../../bench/differences';
import { TemplateFacts } from '../../bench/template-facts';

const factsOf = (byType: Record<string, number>): TemplateFacts => ({
  templates: 1,
  resources: 0,
  bytes: 0,
  byType,
  byShape: {},
});

test('compares type by type, whichever side has it', () => {
  const ours = factsOf({ 'AWS::EC2::EIP': 3, 'AWS::SNS::Topic': 1 });
  const baseline = factsOf({ 'AWS::EC2::EIP': 3, 'AWS::EC2::VPC': 1 });
  expect(compareTypes([], 1, ours, baseline)).toEqual([
    { type: 'AWS::EC2::EIP', ours: 3, baseline: 3, difference: 0, listed: true },
    { type: 'AWS::EC2::VPC', ours: 0, baseline: 1, difference: -1, listed: false },
    { type: 'AWS::SNS::Topic', ours: 1, baseline: 0, difference: 1, listed: false },
  ]);
});

test('a listed difference counts for each region or key, and must be exactly that', () => {
  const listed = [{ type: 'AWS::SNS::Topic', perUnit: 2, purpose: 'tells people' }];
  const difference = (topics: number, size: number) =>
    compareTypes(listed, size, factsOf({ 'AWS::SNS::Topic': topics }), factsOf({}))[0];
  expect(difference(6, 3)).toMatchObject({ difference: 6, listed: true, purpose: 'tells people' });
  expect(difference(5, 3)).toMatchObject({ difference: 5, listed: false, purpose: undefined });
});
