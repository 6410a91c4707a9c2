/* global exports */
const TICK_MS = 5_000;

/** @param {number} sinceMs a value of Date.now() @returns {string} time passed, in seconds */
function secondsSince(sinceMs) {
	const seconds = (Date.now() - sinceMs) / 1000;
	return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
}

/**
 * Prints one line when `work` is done, with its duration, and one every few seconds until then. Uses
 * plain lines, so that log files and CI show the same as a terminal.
 * @template T
 * @param {string} title e.g. "Building the node"
 * @param {() => Promise<T>} work
 * @param {object} [options]
 * @param {boolean} [options.quiet] print no interim lines, because `work` has output
 * @param {number} [options.usualSeconds] how long `work` usually takes
 * @param {() => string} [options.detail] what is done and what is left
 * @returns {Promise<T>} the result of `work`; its errors are rethrown
 */
async function step(title, work, { quiet = false, usualSeconds, detail } = {}) {
	const startedMs = Date.now();
	const usual = usualSeconds ? ` of usually ${usualSeconds} s` : '';
	const tick = () => {
		const text = [`${secondsSince(startedMs)}${usual}`, detail?.()].filter(Boolean).join('; ');
		console.log(`  … ${title} (${text})`);
	};
	const timer = quiet ? undefined : globalThis.setInterval(tick, TICK_MS);
	let mark = '✗';
	try {
		const result = await work();
		mark = '✓';
		return result;
	} finally {
		globalThis.clearInterval(timer);
		console.log(`${mark} ${title} (${secondsSince(startedMs)})`);
	}
}

exports.step = step;
exports.secondsSince = secondsSince;
