// The resources and networks of an app as they will stand in its templates, for checks at the end of synth.
import { CfnResource, Stack, Stage } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { renderedResource } from '../../core/rendered-resource';
import { EgressNetwork, ExistingEgressNetwork, IEgressNetwork } from '../../egress';

/** Properties of a resource, or a part of them, as rendered. */
export type Rendered = { readonly [name: string]: unknown };

export interface AppResource {
  readonly resource: CfnResource;
  readonly properties: Rendered;
}

export class AppResources {
  public readonly networks: readonly IEgressNetwork[];
  private readonly byType = new Map<string, CfnResource[]>();
  private readonly rendered = new Map<CfnResource, AppResource>();

  /** Everything of the stage; a nested stage is validated by itself, and nothing refers across. */
  constructor(stage: IConstruct) {
    const networks: IEgressNetwork[] = [];
    const collect = (node: IConstruct) => {
      if (node instanceof EgressNetwork || node instanceof ExistingEgressNetwork) networks.push(node);
      if (CfnResource.isCfnResource(node)) {
        const same = this.byType.get(node.cfnResourceType);
        if (same) same.push(node);
        else this.byType.set(node.cfnResourceType, [node]);
      }
      for (const child of node.node.children) if (!Stage.isStage(child)) collect(child);
    };
    collect(stage);
    this.networks = networks;
  }

  public ofType(...types: string[]): AppResource[] {
    return types.flatMap((type) => this.byType.get(type) ?? []).map((resource) => this.of(resource));
  }

  public of(resource: CfnResource): AppResource {
    const known = this.rendered.get(resource);
    if (known) return known;
    const made = { resource, properties: part(renderedResource(resource).Properties) };
    this.rendered.set(resource, made);
    return made;
  }
}

/** A rendered value as an object; anything else has no properties. */
export function part(value: unknown): Rendered {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Rendered) : {};
}

/** A rendered list; undefined for what is no list at synth. */
export function listOf(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

/**
 * True when the value in the resource's template is what the reference stands for there: the same resource, over whatever
 * export or parameter CDK has put between them.
 */
export function refersTo({ resource }: AppResource, value: unknown, reference: unknown): boolean {
  if (value === undefined) return false;
  let expected: unknown;
  try {
    expected = Stack.of(resource).resolve(reference);
  } catch {
    // The template does not refer to it at all.
    return false;
  }
  return JSON.stringify(value) === JSON.stringify(expected);
}
