import { readFile } from 'node:fs/promises';

/** Linux counts CPU time in hundredths of a second (proc(5), CLK_TCK). */
const TICKS_PER_SECOND = 100;
/** Fields of /proc/<pid>/stat after the command name: utime and stime, cutime and cstime. */
const OWN_TIME = [11, 12];
const TIME_OF_EXITED_CHILDREN = [13, 14];

export interface Usage {
	/** Resident memory, bytes. */
	memory: number;
	cpuSeconds: number;
}

async function childrenOf(pid: number | undefined): Promise<number[]> {
	const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
	return text.split(' ').flatMap((word) => (word.trim() ? Number(word) : []));
}

/** Process ID of the command that a supervisor runs; undefined if it isn't running. */
export async function childOf(supervisorPid: number | undefined): Promise<number | undefined> {
	return (await childrenOf(supervisorPid))[0];
}

/** @param size - the line of /proc/<pid>/smaps_rollup to use as the memory size */
async function read(
	pid: number | undefined,
	size: 'Rss' | 'Pss',
	times: number[],
): Promise<Usage | undefined> {
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

/** Usage of one process without its children; undefined if it isn't running. */
export async function usageOf(pid: number | undefined): Promise<Usage | undefined> {
	return await read(pid, 'Rss', OWN_TIME);
}

/**
 * Usage of a process and its children, e.g. a PostgreSQL and its connections. Shared memory is
 * counted once. Undefined if the process isn't running.
 */
export async function treeUsageOf(pid: number | undefined): Promise<Usage | undefined> {
	const parent = await read(pid, 'Pss', [...OWN_TIME, ...TIME_OF_EXITED_CHILDREN]);
	if (!parent) return undefined;
	const children = (await childrenOf(pid)).map(async (child) => await read(child, 'Pss', OWN_TIME));
	const all = [parent, ...(await Promise.all(children)).flatMap((usage) => usage ?? [])];
	return {
		memory: all.reduce((sum, { memory }) => sum + memory, 0),
		cpuSeconds: all.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
	};
}
