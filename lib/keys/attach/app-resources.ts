// The resources and networks of an app as they will stand in its templates, for checks at the end of synth.
import { CfnResource, Stack, Stage } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { EgressNetwork, ExistingEgressNetwork, IEgressNetwork } from '../../egress';

/** Properties of a resource, or a part of them, as rendered. */
export type Rendered = { readonly [name: string]: unknown };

export interface AppResource {
  readonly resource: CfnResource;
  /** As rendered: an override may have changed it. */
  readonly type: string;
  readonly properties: Rendered;
  /** The properties as JSON. */
  readonly text: string;
  /** What references stand for in the resource's stack, as far as somebody asked. */
  readonly references: Map<unknown, string | undefined>;
}

export class AppResources {
  public readonly networks: readonly IEgressNetwork[];
  /** Of the stage; what is not rendered, such as a policy that stayed empty, is not there. */
  public readonly all: readonly AppResource[];
  private readonly byResource: ReadonlyMap<CfnResource, AppResource>;

  /** Everything of the stage; a nested stage is validated by itself, and nothing refers across. */
  constructor(stage: IConstruct) {
    const networks: IEgressNetwork[] = [];
    const all: AppResource[] = [];
    const references = new Map<Stack, AppResource['references']>();
    const collect = (node: IConstruct) => {
      if (node instanceof EgressNetwork || node instanceof ExistingEgressNetwork) networks.push(node);
      if (CfnResource.isCfnResource(node)) all.push(...rendered(node, references));
      for (const child of node.node.children) if (!Stage.isStage(child)) collect(child);
    };
    collect(stage);
    this.networks = networks;
    this.all = all;
    this.byResource = new Map(all.map((one) => [one.resource, one]));
  }

  public ofType(...types: string[]): AppResource[] {
    return types.flatMap((type) => this.all.filter((one) => one.type === type));
  }

  public of(resource: CfnResource): AppResource {
    const type = resource.cfnResourceType;
    return this.byResource.get(resource) ?? { resource, type, properties: {}, text: '{}', references: new Map() };
  }
}

/** With escape hatches and raw overrides: what was set in code may have been changed since. */
function rendered(resource: CfnResource, byStack: Map<Stack, AppResource['references']>): AppResource[] {
  const stack = Stack.of(resource);
  const references = byStack.get(stack) ?? new Map();
  byStack.set(stack, references);
  const { Resources = {} } = stack.resolve(resource._toCloudFormation());
  return Object.values<{ Type: string; Properties?: unknown }>(Resources).map(({ Type, Properties }) => {
    const properties = part(Properties);
    return { resource, type: Type, properties, text: JSON.stringify(properties), references };
  });
}

/** A rendered value as an object; anything else has no properties. */
export function part(value: unknown): Rendered {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Rendered) : {};
}

/** A rendered list; undefined for what is no list at synth. */
export function listOf(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}
