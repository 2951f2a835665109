// Whether a value in a template is, or holds, what a reference in code stands for there: over exports, conditions and texts.
import { DefaultTokenResolver, IResolvable, IResolveContext, Stack, StringConcat, Tokenization } from 'aws-cdk-lib';
import { AppResource } from './app-resources';

/**
 * True when the value in the resource's template is what the reference stands for there: the same resource, over whatever
 * export or parameter CDK has put between them.
 */
export function refersTo(by: AppResource, value: unknown, reference: unknown): boolean {
  return value !== undefined && JSON.stringify(value) === expectedIn(by, reference);
}

/** True when the text, JSON of a part of the resource's template, holds one of the references: in a condition, for example. */
export function mentions(by: AppResource, text: string, ...references: string[]): boolean {
  return references.some((reference) => {
    const expected = expectedIn(by, reference);
    return expected !== undefined && (text.includes(expected) || inSubstitution(text, expected));
  });
}

/** A name in a text, whole: by itself or at the end of an ARN. */
export function holdsName(text: string, name: string, after = ''): boolean {
  return new RegExp(`[/"]${name.replaceAll(/[^\w-]/g, '\\$&')}${after}(?=["\\\\])`).test(text);
}

/** Without `${}`, which only `Fn::Sub` reads. */
function inSubstitution(text: string, expected: string): boolean {
  const { Ref, 'Fn::GetAtt': attribute } = JSON.parse(expected) as { Ref?: string; 'Fn::GetAtt'?: string[] };
  const named = Ref ?? attribute?.join('.');
  return named !== undefined && text.includes(`\${${named}}`);
}

function expectedIn({ resource, references }: AppResource, reference: unknown): string | undefined {
  if (!references.has(reference)) references.set(reference, resolvedIn(resource, reference));
  return references.get(reference);
}

function resolvedIn(resource: AppResource['resource'], reference: unknown): string | undefined {
  try {
    Tokenization.resolve(reference, { scope: resource, resolver: new OwnReferences(), preparing: false });
    return JSON.stringify(Stack.of(resource).resolve(reference));
  } catch {
    // The template does not refer to it at all.
    return undefined;
  }
}

/** A reference to another stack that this one does not use looks like one to a resource of the same logical id in it. */
class OwnReferences extends DefaultTokenResolver {
  constructor() {
    super(new StringConcat());
  }

  public override resolveToken(
    token: IResolvable,
    context: IResolveContext,
    post: Parameters<DefaultTokenResolver['resolveToken']>[2],
  ) {
    const { hasValueForStack } = token as { hasValueForStack?: (stack: Stack) => boolean };
    if (hasValueForStack?.call(token, Stack.of(context.scope)) === false) throw new Error('not referred to');
    return super.resolveToken(token, context, post);
  }
}
