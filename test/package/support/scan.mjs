// Runs n8n's scanner for community packages on folders and prints the findings as a JSON array:
// node scan.mjs (source|package):<folder> ...
// A separate program, since jest can't load the scanner, an ES module.
import {
	analyzePackage,
	SOURCE_FILE_PATTERNS,
} from '@n8n/scan-community-package/scanner/scanner.mjs';

/** The files that the scanner checks in a published package (0.32.0, analyzePackageByName). */
const PACKAGE_FILE_PATTERNS = ['**/*.js', 'package.json'];

const results = [];
for (const arg of process.argv.slice(2)) {
	const [kind, folder] = [arg.slice(0, arg.indexOf(':')), arg.slice(arg.indexOf(':') + 1)];
	const patterns = kind === 'source' ? SOURCE_FILE_PATTERNS : PACKAGE_FILE_PATTERNS;
	const { passed, message = '', details = '' } = await analyzePackage(folder, patterns);
	results.push({ passed, message, details });
}
process.stdout.write(JSON.stringify(results));
