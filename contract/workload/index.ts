// Workloads: how they are told where their key is, when they read it again.
export * from './loader-settings';
export * from './redeploy-settings';
export * from './refresh-policy';
