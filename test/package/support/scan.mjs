// n8n's scanner for community packages, on a folder in place of a published package:
// node scan.mjs <folder> source|package
// Prints what it found as JSON. A program of its own, since the scanner is an ES module.
import {
	analyzePackage,
	SOURCE_FILE_PATTERNS,
} from '@n8n/scan-community-package/scanner/scanner.mjs';

/** What the scanner looks at in the tarball (0.32.0, analyzePackageByName). */
const PACKAGE_FILE_PATTERNS = ['**/*.js', 'package.json'];

const [folder, what] = process.argv.slice(2);
const result = await analyzePackage(
	folder,
	what === 'source' ? SOURCE_FILE_PATTERNS : PACKAGE_FILE_PATTERNS,
);
const { passed, message = '', details = '' } = result;
process.stdout.write(JSON.stringify({ passed, message, details }));
