// Whether AWS is one on this machine, whose Elastic IPs are loopback addresses.

/** `endpoint` is what AWS_ENDPOINT_URL says. */
export function isLoopbackEndpoint(endpoint: string | undefined): boolean {
  return (
    endpoint !== undefined &&
    URL.canParse(endpoint) &&
    /^127(\.\d{1,3}){3}$|^localhost$/.test(new URL(endpoint).hostname)
  );
}
