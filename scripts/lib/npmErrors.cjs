/* global exports */
/** Explanations of npm's output: [pattern, message, hint]. The first match applies. */
const KNOWN = [
	[/ENOSPC|no space left/i, 'The disk is full.', 'Free 5 GB.'],
	[
		/EINTEGRITY|TARBALL_INTEGRITY|Z_DATA_ERROR|Z_BUF_ERROR|TAR_BAD_ARCHIVE|TAR_ENTRY_INVALID|EJSONPARSE/,
		"npm's download cache contains a corrupt file.",
		'Run `npm cache clean --force`.',
	],
	[
		/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENETUNREACH|EHOSTUNREACH|network request/,
		"Couldn't connect to the npm registry.",
		"Check the network connection and npm's proxy and registry settings.",
	],
	[
		/CERT_|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/,
		"The npm registry's TLS certificate was rejected.",
		'Behind a proxy that inspects TLS, set NODE_EXTRA_CA_CERTS to its certificate.',
	],
	[
		/(E|FETCH_)40[13]\b/,
		'The npm registry rejected the request.',
		"Check npm's registry and login.",
	],
	[
		/EUSAGE/,
		"package.json and package-lock.json don't match.",
		'Use both from the same commit, or run `npm install` after changing package.json.',
	],
	[
		/(E|FETCH_)404|ETARGET|notarget|NO_MATCHING_VERSION/,
		"The npm registry doesn't have one of the package versions.",
		'Configure npm with a complete registry.',
	],
	[
		/gyp ERR!/,
		"Native code couldn't be compiled.",
		'Install Python 3, make and a C++ compiler (Debian: apt install python3 make g++).',
	],
	[/EACCES|EPERM|EROFS/, "A folder isn't writable.", 'Grant write access to the path below.'],
];

/**
 * @param {string} output the output of npm or pnpm
 * @returns {{ message: string, hint: string }} what happened, and what to do
 */
exports.explainNpmError = (output) => {
	const lines = output.split('\n').filter((line) => /^(npm (error|ERR!)| ?ERR_PNPM_)/.test(line));
	const details = lines
		.filter((line) => !/complete log/.test(line))
		.slice(0, 3)
		.join('\n');
	const known = KNOWN.find(([pattern]) => pattern.test(output));
	if (!known) return { message: 'npm failed.', hint: details || output.slice(-2_000) };
	return { message: known[1], hint: `${known[2]} Then run the same command again.\n${details}` };
};

/**
 * npm can exit with code 0 although it failed to write files.
 * @param {number} code npm's exit code
 * @param {string} output npm's output
 */
exports.hasNpmSucceeded = (code, output) => code === 0 && !/TAR_ENTRY_ERROR|ENOSPC/.test(output);
