// One word of a key's description: what separates its fields cannot be in it.
export const word = {
  type: 'string',
  pattern: '^[A-Za-z0-9][A-Za-z0-9._@+-]{0,62}$',
  patternErrorMessage: "must be one word: 1 to 63 letters, digits, '.', '_', '@', '+' or '-', a letter or digit first",
} as const;
