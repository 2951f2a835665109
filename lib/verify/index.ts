// Public API: the proof of the way out.
export * from './probe-props';
