/* global exports */
/** What npm's output says in codes, in words: [pattern, what happened, what to do]. First match wins. */
const KNOWN = [
	[
		/ENOSPC|no space left/i,
		'The disk is full.',
		'Free some space (the project needs 1.5 GB, the cached n8n 3.5 GB more), then run the same command again.',
	],
	[
		/EINTEGRITY|Z_DATA_ERROR|Z_BUF_ERROR|TAR_BAD_ARCHIVE|TAR_ENTRY_INVALID|EJSONPARSE/,
		"npm's download cache holds a broken file.",
		'Run `npm cache clean --force`, then the same command again.',
	],
	[
		/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENETUNREACH|EHOSTUNREACH|network request/,
		'The npm registry could not be reached.',
		'Check the network connection and npm’s proxy and registry settings, then run the same command again.',
	],
	[
		/CERT_|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/,
		'The npm registry’s TLS certificate was not accepted.',
		'Behind a proxy that inspects TLS, set NODE_EXTRA_CA_CERTS to its certificate, then run the same command again.',
	],
	[
		/E40[13]\b/,
		'The npm registry refused the request.',
		'Check the registry and the login that npm is set up with, then run the same command again.',
	],
	[
		/EUSAGE/,
		'package.json and package-lock.json do not belong together.',
		'Take both from the same commit (or run `npm install` after changing package.json), then run the same command again.',
	],
	[
		/E404|ETARGET|notarget/,
		'The npm registry does not have one of the packages in that version.',
		'Check that npm is set up with a complete registry, then run the same command again.',
	],
	[
		/gyp ERR!/,
		'Native code could not be built.',
		'Install Python 3, make and a C++ compiler (on Debian: apt install python3 make g++), then run the same command again.',
	],
	[
		/EACCES|EPERM|EROFS/,
		'A folder is not writable.',
		'Give your user the right to write there (see the line below), then run the same command again.',
	],
];

/**
 * @param {string} output what npm printed
 * @returns {{ what: string, remedy: string }} what happened and what to do, in a line each
 */
function explainNpmFailure(output) {
	const known = KNOWN.find(([pattern]) => pattern.test(output));
	const told = output
		.split('\n')
		.filter((line) => /^npm (error|ERR!)/.test(line) && !/complete log/.test(line))
		.slice(0, 3)
		.join('\n');
	if (known) return { what: known[1], remedy: told ? `${known[2]}\n${told}` : known[2] };
	return { what: 'npm did not succeed.', remedy: told || output.slice(-2_000) };
}

/**
 * npm ends with code 0 even if it could not write files that it unpacked.
 * @param {number} code npm's exit code
 * @param {string} output what it printed
 */
function hasNpmSucceeded(code, output) {
	return code === 0 && !/TAR_ENTRY_ERROR|ENOSPC/.test(output);
}

exports.hasNpmSucceeded = hasNpmSucceeded;
exports.explainNpmFailure = explainNpmFailure;
