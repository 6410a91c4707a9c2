// `npm run sandbox -- --help` tells its options.
import '../sandbox/main';
