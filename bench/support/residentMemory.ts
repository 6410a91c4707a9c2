import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const SAMPLE_EVERY_MS = 20;
/** How long the allocator and V8's helper threads get to give freed pages back. */
const SETTLE_MS = 300;

/** Bytes above the baseline. */
export interface MemoryPeak {
	/** Highest of the samples of the resident set. */
	sampled: number;
	/** The kernel's own high-water mark, which misses nothing; null where there is none. */
	kernel: number | null;
	/** Highest sample of the buffers, those included that only wait to be collected. */
	buffers: number;
}

/** Runs `work` and tells this process's memory peak above what it held just before. */
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

/** Collects all garbage, so that no leftover hides what comes next. Needs --expose-gc. */
async function settle(): Promise<void> {
	if (!globalThis.gc) throw new Error('Start this process with --expose-gc');
	// finalizers of one collection make garbage for the next
	for (let round = 0; round < 3; round++) {
		globalThis.gc();
		await pause(SETTLE_MS);
	}
}

/** Linux only (proc(5), clear_refs): the mark starts anew from what is resident now. */
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
