// Whether AWS is one on this machine, for what Lambda and the command execute.
export { isLoopbackEndpoint } from '../../contract/loopback';
