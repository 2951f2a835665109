// Whether the AWS that is called is one on this machine: its addresses are loopback addresses.

const LOOPBACK = /^https?:\/\/(127(\.\d{1,3}){3}|localhost)(:\d+)?(\/|$)/;

/** @param endpoint what `AWS_ENDPOINT_URL` says; none is the real AWS */
export function isLocalAws(endpoint: string | undefined): boolean {
  return endpoint !== undefined && LOOPBACK.test(endpoint);
}
