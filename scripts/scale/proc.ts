import { readFile } from 'node:fs/promises';
import { Failure } from '../lib/failure';

/** Linux counts processor time in hundredths of a second (proc(5), CLK_TCK). */
const TICKS_PER_SECOND = 100;
/** Of /proc/<pid>/stat, counted behind the command's name. */
const UTIME = 11;
const STIME = 12;

/** What a process takes at a moment. */
export interface Usage {
	/** Resident memory, bytes. */
	rss: number;
	/** Processor time since its start. */
	cpuSeconds: number;
}

/** The process that a guardian of lib/processes.ts watches over. @throws Failure if it is gone */
export async function childOf(guardian: number | undefined): Promise<number> {
	const file = `/proc/${guardian}/task/${guardian}/children`;
	const [pid] = (await readFile(file, 'utf8').catch(() => '')).trim().split(' ');
	if (!pid) throw new Failure('A process ended before it could be measured.');
	return Number(pid);
}

/** Of one process without its children; undefined if it is gone. */
export async function usageOf(pid: number): Promise<Usage | undefined> {
	const read = async (name: string) => await readFile(`/proc/${pid}/${name}`, 'utf8');
	const [status, stat] = await Promise.all([read('status'), read('stat')]).catch(() => ['', '']);
	const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(status) ?? [];
	if (!kilobytes) return undefined;
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	const ticks = Number(fields[UTIME]) + Number(fields[STIME]);
	return { rss: Number(kilobytes) * 1024, cpuSeconds: ticks / TICKS_PER_SECOND };
}
