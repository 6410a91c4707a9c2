import { readFile } from 'node:fs/promises';
import { Failure } from '../lib/failure';

/** Linux counts processor time in hundredths of a second (proc(5), CLK_TCK). */
const TICKS_PER_SECOND = 100;
/** Of /proc/<pid>/stat, behind the command's name: utime and stime, cutime and cstime. */
const OWN_TIME = [11, 12];
const TIME_OF_ENDED_CHILDREN = [13, 14];

/** What a process takes at a moment. */
export interface Usage {
	/** Resident memory, bytes. */
	memory: number;
	/** Processor time since its start. */
	cpuSeconds: number;
}

async function childrenOf(pid: number | undefined): Promise<number[]> {
	const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
	return text.split(' ').flatMap((word) => (word.trim() ? Number(word) : []));
}

/** The process that a guardian of lib/processes.ts watches over. @throws Failure if it is gone */
export async function childOf(guardian: number | undefined): Promise<number> {
	const [pid] = await childrenOf(guardian);
	if (!pid) throw new Failure('A process ended before it could be measured.');
	return pid;
}

/** @param size - the line of /proc/<pid>/smaps_rollup that counts as its memory */
async function read(pid: number, size: 'Rss' | 'Pss', times: number[]): Promise<Usage | undefined> {
	const texts = ['smaps_rollup', 'stat'].map(
		async (name) => await readFile(`/proc/${pid}/${name}`, 'utf8'),
	);
	const [sizes = '', stat = ''] = await Promise.all(texts).catch(() => []);
	const [, kilobytes] = new RegExp(`^${size}:\\s+(\\d+) kB`, 'm').exec(sizes) ?? [];
	if (!kilobytes) return undefined;
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	const ticks = times.reduce((sum, index) => sum + Number(fields[index]), 0);
	return { memory: Number(kilobytes) * 1024, cpuSeconds: ticks / TICKS_PER_SECOND };
}

/** Of one process without its children; undefined if it is gone. */
export async function usageOf(pid: number): Promise<Usage | undefined> {
	return await read(pid, 'Rss', OWN_TIME);
}

/**
 * Of a process and its children, such as a PostgreSQL and its connections; memory that they share is
 * counted once. undefined if it is gone.
 */
export async function familyUsageOf(pid: number): Promise<Usage | undefined> {
	const parent = await read(pid, 'Pss', [...OWN_TIME, ...TIME_OF_ENDED_CHILDREN]);
	if (!parent) return undefined;
	const sum = { ...parent };
	for (const child of await childrenOf(pid)) {
		const usage = await read(child, 'Pss', OWN_TIME);
		sum.memory += usage?.memory ?? 0;
		sum.cpuSeconds += usage?.cpuSeconds ?? 0;
	}
	return sum;
}
