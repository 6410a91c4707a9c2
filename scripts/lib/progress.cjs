/* global exports */
/** A long step says every so many seconds that it is still alive. */
const TICK_MS = 5_000;

/** @param {number} sinceMs @returns {string} seconds passed since `sinceMs` (as of Date.now()) */
function secondsSince(sinceMs) {
	const seconds = (Date.now() - sinceMs) / 1000;
	return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
}

/**
 * Does `work` and prints one line when it is done, with the seconds it took; while it lasts, a
 * line every few seconds. Plain lines only, so that a log file or CI shows the same as a terminal.
 * @template T
 * @param {string} title what is being done, e.g. "Building the node"
 * @param {() => Promise<T>} work
 * @param {{ quiet?: boolean }} [options] quiet: nothing meanwhile, because `work` shows itself
 * @returns {Promise<T>} what `work` gave; what it throws passes through
 */
async function step(title, work, { quiet = false } = {}) {
	const startedMs = Date.now();
	const tick = () => console.log(`  … ${title} (${secondsSince(startedMs)})`);
	const timer = quiet ? undefined : globalThis.setInterval(tick, TICK_MS);
	try {
		const result = await work();
		console.log(`✓ ${title} (${secondsSince(startedMs)})`);
		return result;
	} catch (error) {
		console.log(`✗ ${title} (${secondsSince(startedMs)})`);
		throw error;
	} finally {
		globalThis.clearInterval(timer);
	}
}

exports.step = step;
exports.secondsSince = secondsSince;
