// A resource as it will stand in the template: escape hatches and raw overrides included.
import { CfnResource, Stack } from 'aws-cdk-lib';

export interface RenderedResource {
  readonly Properties?: { readonly [name: string]: unknown };
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** For checks at the end of synth: what was set in code may have been overridden since. */
export function renderedResource(resource: CfnResource): RenderedResource {
  const fragment = Stack.of(resource).resolve(resource._toCloudFormation());
  const [rendered] = Object.values<RenderedResource>(fragment.Resources);
  return rendered;
}
