// The regions whose addresses every key of a ring must allow: those that were named, or all that the app has addresses in.
import { IConstruct } from 'constructs';
import { concreteRegion } from '../core/checks';
import { EgressAddresses } from '../egress';

/** Of a ring in region `home`; those of the app are known at the end of synth. */
export function allowlistRegions(
  ring: IConstruct,
  { environment, home }: { readonly environment: string; readonly home: string },
  named: readonly string[] | undefined,
): () => string[] {
  const given = named?.map((region) => concreteRegion(ring, 'allowlistRegions', region));
  return () => [...new Set([home, ...(given ?? addressRegions(ring.node.root, environment))])].sort();
}

/** Regions of all addresses of the environment below the construct. */
function addressRegions(construct: IConstruct, environment: string): string[] {
  if (construct instanceof EgressAddresses) return construct.environment === environment ? [construct.region] : [];
  return construct.node.children.flatMap((child) => addressRegions(child, environment));
}
