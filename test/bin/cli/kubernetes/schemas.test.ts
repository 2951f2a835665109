// Everything that is printed keeps the schemas, and what is wrong does not.
import { problemsOf } from '../../../kubernetes/schemas';
import { KINDS, objects, objectsIn, type Printed, printed } from './support';

/** Maps, whose keys are the user's own. */
const MAPS = ['labels', 'annotations', 'matchLabels', 'nodeSelector', 'volumeAttributes'];

/** The object with one more field, once for each place that could have one. */
function* withUnknownField(object: Printed, change = (root: Printed) => root): Generator<Printed> {
  yield change({ ...object, bogus: 1 });
  for (const [key, value] of Object.entries(object)) {
    if (MAPS.includes(key) || typeof value !== 'object' || value === null) continue;
    const put = (part: Printed) => change({ ...object, [key]: part });
    if (!Array.isArray(value)) yield* withUnknownField(value, put);
    const items: readonly Printed[] = Array.isArray(value) ? value : [];
    for (const [index, item] of items.entries()) {
      const replaced = (part: Printed) => put(items.map((other, i) => (i === index ? part : other)));
      if (typeof item === 'object') yield* withUnknownField(item, replaced);
    }
  }
}

describe.each(Object.keys(KINDS))('%s', (kind) => {
  test('keeps the schemas', async () => {
    for (const object of await objects(kind)) expect(problemsOf(object)).toEqual([]);
  });

  test('an unknown field anywhere is refused', async () => {
    let tried = 0;
    for (const object of await objects(kind)) {
      for (const wrong of withUnknownField(object)) {
        expect({ refused: problemsOf(wrong).length > 0, wrong }).toMatchObject({ refused: true });
        tried += 1;
      }
    }
    expect(tried).toBeGreaterThan(3);
  });

  test('is the same each time, as text and as JSON', async () => {
    const [text, again, json] = [
      await printed(KINDS[kind]),
      await printed(KINDS[kind]),
      await printed([...KINDS[kind], '--json']),
    ];
    expect(again).toBe(text);
    expect(JSON.parse(json).objects).toEqual(objectsIn(text));
  });
});

const change = async (kind: string, index: number, edit: (object: Printed) => void) => {
  const object = structuredClone((await objects(kind))[index]);
  edit(object);
  return problemsOf(object);
};

test.each<[string, number, (object: Printed) => void]>([
  ['external-secret', 0, (o) => delete o.metadata.name],
  [
    'external-secret',
    1,
    (o) => {
      o.spec.provider.aws.service = 'Secretsmanager';
    },
  ],
  [
    'external-secret',
    2,
    (o) => {
      o.apiVersion = 'external-secrets.io/v1beta1';
    },
  ],
  [
    'external-secret',
    2,
    (o) => {
      o.spec.refreshInterval = 144;
    },
  ],
  [
    'external-secret',
    3,
    (o) => {
      o.spec.template.spec.volumes[0].secret.defaultMode = '0440';
    },
  ],
  [
    'secret-provider-class',
    1,
    (o) => {
      o.spec.parameters.usePodIdentity = true;
    },
  ],
  [
    'secret-provider-class',
    1,
    (o) => {
      o.spec.parameters.objects = o.spec.parameters.objects.replace('"0440"', '440');
    },
  ],
  [
    'deployment',
    1,
    (o) => {
      o.spec.template.spec.containers[0].env[0].value = 1;
    },
  ],
  [
    'network-policy',
    0,
    (o) => {
      o.spec.egress[0].ports[0].port = '53';
    },
  ],
  [
    'network-policy',
    0,
    (o) => {
      o.spec.egress[1].to[0].podSelector = { matchLabels: {} };
    },
  ],
  [
    'network-policy by name',
    0,
    (o) => {
      o.spec.egress[1].toPorts[0].ports[0].port = 443;
    },
  ],
  [
    'cilium-egress-gateway',
    0,
    (o) => {
      o.metadata.namespace = 'trading';
    },
  ],
  ['cilium-egress-gateway', 0, (o) => delete o.spec.egressGateway],
  [
    'karpenter',
    0,
    (o) => {
      o.spec.subnetSelectorTerms = [];
    },
  ],
  [
    'karpenter',
    1,
    (o) => {
      o.spec.template.spec.taints[0].effect = 'NO_SCHEDULE';
    },
  ],
])('%s, object %i: a wrong one is refused', async (kind, index, edit) => {
  expect(await change(kind, index, edit)).not.toEqual([]);
});

test('an object of an unknown kind is refused', () => {
  expect(problemsOf({ apiVersion: 'v1', kind: 'Secret' })).toEqual(["no schema of 'Secret'"]);
});
