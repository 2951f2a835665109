// Decides whether a key or a text looks as if it carried key material, which must never be printed.

const WORDS = ['apikey', 'secret', 'passphrase', 'password', 'token', 'privatekey'];

/** A key that names or points to a secret holds none. */
const REFERENCE = /(name|arn)$/;

const letters = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Whether a key such as `apiKey`, `API_SECRET` or `exchange.pass-phrase` announces a secret as its value. */
export const isSecretKey = (key: string): boolean => {
  const word = letters(key);
  return WORDS.some((secret) => word.includes(secret)) && !REFERENCE.test(word);
};

/** Whether a text mentions a secret anywhere, apart from the service whose name contains the word. */
export const mentionsSecret = (text: string): boolean => {
  const word = letters(text).replaceAll('secretsmanager', '');
  return WORDS.some((secret) => word.includes(secret));
};
