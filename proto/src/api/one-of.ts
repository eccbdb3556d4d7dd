import Type from 'typebox';

/** Schema of a text that is one of these. */
export const oneOf = <T extends string>(values: readonly T[], options: Type.TSchemaOptions = {}) =>
  Type.Union(values.map((value) => Type.Literal(value)) as unknown as [Type.TLiteral<T>], options);
