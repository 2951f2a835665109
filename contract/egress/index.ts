// The network document: its type, its place, and how it is read.
export {
  type ExpectedNetwork,
  type NetworkDocument,
  type NetworkZone,
  networkParameterName,
  networkParameterPath,
  parseNetworkDocument,
} from './network-document';
