// Evaluates the intrinsic functions of a template's value as CloudFormation would, with attributes from a function.

type Attribute = (logicalId: string, attribute: string) => string;

export function resolveTemplateValue(value: unknown, attributeOf: Attribute): string {
  const result = evaluate(value, attributeOf);
  if (typeof result !== 'string') throw new Error(`expected a string, got ${JSON.stringify(result)}`);
  return result;
}

function evaluate(value: unknown, attributeOf: Attribute): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => evaluate(item, attributeOf));
  const [[name, argument]] = Object.entries(value);
  switch (name) {
    case 'Fn::GetAtt':
      return attributeOf(...(argument as [string, string]));
    case 'Ref':
      return attributeOf(argument as string, 'Ref');
    case 'Fn::Join': {
      const [delimiter, items] = argument as [string, unknown];
      return (evaluate(items, attributeOf) as string[]).join(delimiter);
    }
    case 'Fn::Split': {
      const [delimiter, text] = argument as [string, unknown];
      return (evaluate(text, attributeOf) as string).split(delimiter);
    }
    default:
      throw new Error(`intrinsic ${name} is not evaluated here`);
  }
}
