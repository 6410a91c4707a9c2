// `npm run sandbox -- --help` lists the options.
import '../sandbox/main';
