/** How often the event loop is observed, milliseconds. */
const SAMPLE_EVERY_MS = 2;

/** The longest time for which the event loop was blocked, milliseconds. */
export interface Block {
	wallMs: number;
	/** The CPU time of this process in a block: unlike the wall time, not longer on a busy machine. */
	cpuMs: number;
}

/** Runs the work. @returns its value, and the longest block of the event loop */
export async function longestBlock<T>(work: () => Promise<T>): Promise<{ value: T; block: Block }> {
	const block: Block = { wallMs: 0, cpuMs: 0 };
	let lastMs = performance.now();
	let lastCpu = process.cpuUsage();
	const sample = () => {
		const nowMs = performance.now();
		const { user, system } = process.cpuUsage(lastCpu);
		block.wallMs = Math.max(block.wallMs, nowMs - lastMs - SAMPLE_EVERY_MS);
		block.cpuMs = Math.max(block.cpuMs, (user + system) / 1000);
		lastMs = nowMs;
		lastCpu = process.cpuUsage();
	};
	const timer = setInterval(sample, SAMPLE_EVERY_MS);
	try {
		const value = await work();
		sample();
		return { value, block };
	} finally {
		clearInterval(timer);
	}
}
