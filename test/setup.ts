// Each test file would start CDK's CloudFormation validation engine anew (3 to 4 s); validation.test.ts turns it on.
process.env.CDK_VALIDATION = 'false';
