import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const FACTOR = 'BENCH_TIME_FACTOR';
const ORIGIN = 'BENCH_TIME_ORIGIN';

/** How many times as fast as the world's this process's time runs; 1 unless told. */
export const timeFactor = () => Number(process.env[FACTOR] ?? 1);

/** When fast and real time were the same, epoch milliseconds. */
export const originMs = () => Number(process.env[ORIGIN] ?? 0);

/** Environment and arguments of Node.js for a process whose time runs `factor` times as fast. */
export function fastTime(factor: number, origin: number) {
	return {
		env: { [FACTOR]: String(factor), [ORIGIN]: String(origin) },
		execArgv: [require.resolve('tsx'), join(__dirname, 'scaledTime.ts')].flatMap((file) => [
			'--import',
			pathToFileURL(file).href,
		]),
	};
}
