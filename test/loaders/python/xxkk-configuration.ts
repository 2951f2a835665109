// Prints the configuration of the loopback exchange as JSON, for tests in another language.
import { xxkkConfiguration } from '../../support/exchange-configuration';

process.stdout.write(JSON.stringify(xxkkConfiguration(process.argv[2])));
