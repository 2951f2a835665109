// The allowlists of an environment as one list, in the formats of programs, people and exchanges.
export { configuredVenue } from './configured-venue';
export { type EgressAddress, type EgressList, egressList, type Ranged, rangesOf } from './list';
export {
  ALLOWLIST_FORMATS,
  type AllowlistFormat,
  allowlistJson,
  parseAllowlistFormat,
  type RenderedFormat,
  renderAllowlist,
} from './render';
export { type ChangeRequest, type RequestedAddress, requestedChanges } from './requested-changes';
export { type AllowlistVenue, type VenueText, venueRanges, venueText, venueWarnings } from './venue';
export { ALLOWLIST_VENUES, knownVenue } from './venues';
