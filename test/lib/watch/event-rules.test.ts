// The event rules of a ring: who is expected and who is told of, with patterns that EventBridge takes, and keys it may use.
import { Match } from 'aws-cdk-lib/assertions';
import { Resource, resourcesOf } from '../../support/egress';
import { BREAK_GLASS, watchTemplate, withRing } from '../../support/keys';
import { resolveTemplateValue } from '../../support/resolve';

const template = () => watchTemplate(withRing().ring);
const rules = () =>
  Object.fromEntries(
    Object.entries(resourcesOf(template(), 'AWS::Events::Rule')).flatMap(([id, { Properties }]) => {
      const [, name] = /^Event(\w+?)[0-9A-F]{8}$/.exec(id) ?? [];
      return name === undefined ? [] : [[name, Properties]];
    }),
  );

test('there are six, which see reads as well and tell the topic', () => {
  const found = rules();
  expect(Object.keys(found).sort()).toEqual(
    ['EgressChange', 'EncryptionChange', 'ParameterChange', 'RotationEvents', 'SecretChange', 'SecretRead'].sort(),
  );
  for (const [name, { State, Targets }] of Object.entries(found)) {
    expect(State).toBe('ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS');
    const [topic, ...others] = Targets as object[];
    expect(topic).toMatchObject({ Arn: { Ref: expect.stringMatching(/^Topic/) } });
    expect(others).toHaveLength(name === 'EgressChange' ? 1 : 0);
  }
});

test('a change of the way out has it checked at once, whatever region the event came from', () => {
  const { Targets, EventPattern } = rules().EgressChange as { Targets: Record<string, object>[]; EventPattern: object };
  expect(JSON.stringify(Targets[1].Arn)).toContain('EgressCheck');
  expect(EventPattern).not.toHaveProperty('region');
  expect(JSON.stringify(Targets[0].InputTransformer)).toContain('"region":"$.region"');
  template().hasResourceProperties('AWS::Lambda::Permission', {
    Principal: 'events.amazonaws.com',
    SourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^EventEgressChange'), 'Arn'] },
  });
});

test('whatever turns into a difference of routes and subnets is told at once', () => {
  const { EventPattern } = rules().EgressChange as { EventPattern: { detail: { eventName: string[] } } };
  // propagated routes; a public address or IPv6 for whatever starts in the subnet
  expect(EventPattern.detail.eventName).toEqual(
    expect.arrayContaining(['ReplaceRoute', 'EnableVgwRoutePropagation', 'ModifySubnetAttribute']),
  );
});

test('no pattern comes near what EventBridge takes, with the longest names of roles', () => {
  const longest = (id: string) => `arn:aws-us-gov:iam::111122223333:role/${id.slice(0, 2)}${'x'.repeat(62)}`;
  for (const { EventPattern } of Object.values(rules())) {
    const text = JSON.stringify(EventPattern, (_, value) =>
      typeof value === 'object' && value !== null && ('Ref' in value || 'Fn::Sub' in value)
        ? longest(String(Object.values(value)[0]))
        : value,
    );
    expect(text.length).toBeLessThanOrEqual(2048);
  }
});

test('whoever writes what functions and workloads believe is told of, but for the ring and its deployment', () => {
  const { detail } = rules().ParameterChange.EventPattern as {
    detail: {
      $or: object[];
      userIdentity: { sessionContext: { sessionIssuer: { arn: { 'anything-but'?: unknown[] }[] } } };
    };
  };
  const ours = [{ wildcard: '*/exchange-keys/dev/*' }];
  expect(detail).toMatchObject({ eventName: ['PutParameter', 'DeleteParameter', 'DeleteParameters'] });
  expect(detail.$or).toEqual([{ requestParameters: { name: ours } }, { requestParameters: { names: ours } }]);
  const [{ 'anything-but': expected = [] }] = detail.userIdentity.sessionContext.sessionIssuer.arn;
  expect(expected).toHaveLength(3);
  expect(JSON.stringify(expected)).toContain('TradingGateRole');
});

test('a replica in another region, and a change to either key, is told of', () => {
  const { SecretChange, EncryptionChange } = rules();
  expect(JSON.stringify(SecretChange.EventPattern)).toContain('"ReplicateSecretToRegions"');
  const { detail } = EncryptionChange.EventPattern as { detail: { resources: { ARN: unknown[] } } };
  // that of the secrets, and that of topic, queue, table and request log
  expect(detail.resources.ARN).toEqual([
    { Ref: expect.any(String) },
    { 'Fn::GetAtt': [expect.stringMatching(/^Encryption/), 'Arn'] },
  ]);
});

test('whoever is not a role is told of as well, AWS itself is not', () => {
  const { SecretChange, EgressChange, EncryptionChange, ParameterChange } = rules();
  for (const { EventPattern } of [SecretChange, EgressChange, EncryptionChange, ParameterChange]) {
    expect(EventPattern).toMatchObject({
      detail: {
        userIdentity: {
          type: [{ 'anything-but': ['AWSService'] }],
          sessionContext: { sessionIssuer: { arn: [{ 'anything-but': expect.any(Array) }, { exists: false }] } },
        },
      },
    });
  }
});

test('a refused read is told of by its parameters or its message, and any read by the break-glass role', () => {
  const { detail } = rules().SecretRead.EventPattern as { detail: { $or: object[] } };
  const ours = [{ wildcard: '*exchange-keys/dev/*' }];
  expect(detail.$or).toEqual([
    { errorCode: [{ 'anything-but': ['ResourceNotFoundException'] }], requestParameters: { secretId: ours } },
    // but for the rotation's and the caretaker's own question after a value that is not there yet
    expect.objectContaining({
      errorCode: ['ResourceNotFoundException'],
      requestParameters: { secretId: ours },
      userIdentity: expect.objectContaining({
        sessionContext: {
          sessionIssuer: { arn: [{ 'anything-but': [expect.anything(), expect.anything()] }, { exists: false }] },
        },
      }),
    }),
    { errorCode: [{ exists: true }], errorMessage: ours },
    expect.objectContaining({ userIdentity: { sessionContext: { sessionIssuer: { arn: [BREAK_GLASS] } } } }),
  ]);
});

test('the message says what, who, from where and what to read', () => {
  const [{ InputTransformer }] = rules().SecretChange.Targets as { InputTransformer: Record<string, string> }[];
  const text = resolveTemplateValue(InputTransformer.InputTemplate, (id, name) => `${id}.${name}`);
  for (const line of text.split('\n')) expect(line).toMatch(/^"[^"]*"$/); // what EventBridge takes for a text
  for (const part of ['<event>', '<about>', '<by>', '<from>', '<at>', '#secretaccess']) expect(text).toContain(part);
});

test.each([
  'the wiki',
  'https://wiki.example/"desk"',
  'https://wiki.example/<desk>',
  `https://wiki.example/${'x'.repeat(500)}`,
])('a runbook at %p is refused: rules and alarms could not be deployed with it', (runbookUrl) => {
  expect(() => withRing({ runbookUrl })).toThrow(expect.objectContaining({ code: 'RUNBOOK_URL_MALFORMED' }));
});

test('the key lets EventBridge use it without a condition, which EventBridge could not meet', () => {
  template().hasResourceProperties('AWS::KMS::Key', {
    KeyPolicy: {
      Statement: Match.arrayWith([
        Match.objectLike({ Principal: { Service: 'events.amazonaws.com' }, Condition: Match.absent() }),
      ]),
    },
  });
});

test('the key outlives a production ring, whose records it encrypts', () => {
  const policy = (environment: string) =>
    Object.values(resourcesOf(watchTemplate(withRing({ environment }).ring), 'AWS::KMS::Key')).map(
      ({ DeletionPolicy }: Resource) => DeletionPolicy,
    );
  expect(policy('dev')).toEqual(['Delete']);
  expect(policy('prod')).toEqual(['Retain']);
});
