import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const SAMPLE_EVERY_MS = 20;
/** Time for the allocator and V8's helper threads to return freed pages. */
const SETTLE_MS = 300;

/** Bytes above the baseline. */
export interface MemoryPeak {
	/** Highest sample of the resident set. */
	sampled: number;
	/** The kernel's high-water mark, which misses nothing; null if it is not available. */
	kernel: number | null;
	/** Highest sample of the buffers, including those that are not yet collected. */
	buffers: number;
}

/** Runs `work` and returns this process's memory peak above its level just before. */
export async function peakOf(work: () => Promise<void>): Promise<MemoryPeak> {
	await settle();
	const kernelMarks = resetHighWaterMark();
	const { rss: baseline, arrayBuffers } = process.memoryUsage();
	const peak = { sampled: baseline, buffers: arrayBuffers };
	const sample = () => {
		const now = process.memoryUsage();
		peak.sampled = Math.max(peak.sampled, now.rss);
		peak.buffers = Math.max(peak.buffers, now.arrayBuffers);
	};
	const timer = setInterval(sample, SAMPLE_EVERY_MS);
	try {
		await work();
	} finally {
		clearInterval(timer);
	}
	sample();
	return {
		sampled: peak.sampled - baseline,
		kernel: kernelMarks ? highWaterMark() - baseline : null,
		buffers: peak.buffers - arrayBuffers,
	};
}

/** Collects all garbage, which would otherwise hide new allocations. Requires --expose-gc. */
async function settle(): Promise<void> {
	if (!globalThis.gc) throw new Error('Start this process with --expose-gc');
	// finalizers of one collection create garbage for the next
	for (let collection = 0; collection < 3; collection++) {
		globalThis.gc();
		await pause(SETTLE_MS);
	}
}

/** Linux only (proc(5), clear_refs): resets the mark to what is resident now. */
function resetHighWaterMark(): boolean {
	try {
		writeFileSync('/proc/self/clear_refs', '5');
		return highWaterMark() > 0;
	} catch {
		return false;
	}
}

/** Bytes. */
function highWaterMark(): number {
	const [, kilobytes] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
	return Number(kilobytes) * 1024;
}
