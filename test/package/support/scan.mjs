// Runs n8n's scanner for community packages on a folder and prints the findings as JSON:
// node scan.mjs <folder> source|package
// A separate program, since jest can't load the scanner, an ES module.
import {
	analyzePackage,
	SOURCE_FILE_PATTERNS,
} from '@n8n/scan-community-package/scanner/scanner.mjs';

/** The files that the scanner checks in a published package (0.32.0, analyzePackageByName). */
const PACKAGE_FILE_PATTERNS = ['**/*.js', 'package.json'];

const [folder, kind] = process.argv.slice(2);
const result = await analyzePackage(
	folder,
	kind === 'source' ? SOURCE_FILE_PATTERNS : PACKAGE_FILE_PATTERNS,
);
const { passed, message = '', details = '' } = result;
process.stdout.write(JSON.stringify({ passed, message, details }));
