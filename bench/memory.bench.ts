// Measures the memory that the node uses for large files, in n8n's engine, with both of n8n's ways
// to store binary data. Fails if the node uses more than the project guarantees.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox } from '../sandbox/client';
import { UserError } from '../scripts/lib/userError';
import { main } from '../scripts/lib/main';
import { step } from '../scripts/lib/progress.cjs';
import { startChild } from './child/child';
import type { MemoryFunctions, Result, Scenario } from './memory/child';
import { HostileServer, type Hostility } from './memory/hostileServer';
import { table } from './support/table';

/** Bytes in a megabyte, as in the API's limit of 50 MB for an image. */
const MB = 1024 * 1024;

interface Case {
	work: Scenario['work'];
	/** Size of the file. */
	megabytes: number;
	/** n8n's N8N_DEFAULT_BINARY_DATA_MODE; `default` keeps files in memory. */
	mode: 'filesystem' | 'default';
	/** The peak above the baseline that the project guarantees, MB. */
	limit?: number;
}

const CASES: Case[] = [
	{ work: 'upload', megabytes: 1, mode: 'filesystem' },
	{ work: 'upload', megabytes: 10, mode: 'filesystem' },
	{ work: 'upload', megabytes: 49, mode: 'filesystem', limit: 40 },
	{ work: 'download', megabytes: 1, mode: 'filesystem' },
	{ work: 'download', megabytes: 50, mode: 'filesystem' },
	{ work: 'download', megabytes: 400, mode: 'filesystem', limit: 60 },
	{ work: 'generate', megabytes: 400, mode: 'filesystem', limit: 60 },
	{ work: 'upload', megabytes: 10, mode: 'default' },
	{ work: 'upload', megabytes: 49, mode: 'default' },
	{ work: 'download', megabytes: 10, mode: 'default' },
	{ work: 'download', megabytes: 50, mode: 'default' },
];

/** What is hostile, how, and how many calls are made at once: an endless download fills 1 GB of disk. */
const HOSTILE: Array<['api' | 'download', Hostility, number]> = [
	['api', 'endless', 10],
	['api', 'dripping', 10],
	['api', 'compressed', 10],
	['download', 'endless', 1],
	['download', 'dripping', 10],
	['download', 'compressed', 10],
];
const HOSTILE_LIMIT = 60;

/** A case with a limit is measured this often, because garbage collection varies. The worst counts. */
const RUNS = 3;

const NAMES = {
	...{ upload: 'image upload', download: 'video download', generate: 'generate, download' },
};
const MODES = { filesystem: 'files', default: 'memory' };

/**
 * Bytes. The highest of the three, because a sample can miss the peak, and buffers can use pages
 * that were resident before.
 */
function highest({ sampled, kernel, buffers }: Result): number {
	return Math.max(sampled, kernel ?? 0, buffers);
}

function row({ work, megabytes, mode, limit }: Case, result: Result): string[] {
	const inMB = (bytes: number | null) => (bytes === null ? '-' : (bytes / MB).toFixed(1));
	return [
		NAMES[work],
		MODES[mode],
		String(megabytes),
		...[result.kernel, result.sampled, result.buffers].map(inMB),
		limit === undefined ? '' : `< ${limit}`,
		(highest(result) / MB / megabytes).toFixed(2),
		result.seconds.toFixed(1),
	];
}

/** Calls one function of a new child process. */
async function inChild<T>(env: NodeJS.ProcessEnv, call: (child: MemoryFunctions) => Promise<T>) {
	const file = join(__dirname, 'memory', 'child.ts');
	const child = startChild<MemoryFunctions>(file, { env, execArgv: ['--expose-gc'] });
	try {
		return await call(child.functions);
	} finally {
		child.close();
	}
}

main(async () => {
	const folder = mkdtempSync(join(tmpdir(), 'veo-bench-'));
	process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
	const sandbox = await startSandbox({ jobSeconds: 0.3 });
	/** A file with the signature of a JPEG and random bytes. @returns its path */
	const writeImage = (name: string, bytes: number) => {
		const path = join(folder, name);
		const signature = Buffer.from([0xff, 0xd8, 0xff, 0xe0]);
		writeFileSync(path, Buffer.concat([signature, randomBytes(bytes - signature.length)]));
		return path;
	};
	const smallImage = writeImage('small.jpg', 64 * 1024);

	const measure = async ({ work, megabytes, mode, limit }: Case): Promise<Result> => {
		const bytes = megabytes * MB;
		const env = {
			N8N_DEFAULT_BINARY_DATA_MODE: mode,
			N8N_BINARY_DATA_STORAGE_PATH: join(folder, 'store'),
			TMPDIR: folder, // for the user folder of the engine
		};
		const scenario: Scenario = { work, bytes, origin: sandbox.origin, image: '', smallImage };
		if (work === 'upload') {
			const image = writeImage('image.jpg', bytes);
			scenario.image = image;
			if (mode === 'filesystem') {
				scenario.storedImage = await inChild(env, async (child) => await child.store(image));
			}
		}
		const results: Result[] = [];
		for (let run = 0; run < (limit === undefined ? 1 : RUNS); run++) {
			results.push(await inChild(env, async (child) => await child.measure(scenario)));
		}
		return results.reduce((worst, result) => (highest(result) > highest(worst) ? result : worst));
	};
	const rows: string[][] = [];
	const exceeded: string[] = [];
	await step('Measuring (about a minute)', async () => {
		for (const one of CASES) {
			const { work, megabytes, limit } = one;
			const result = await measure(one);
			rows.push(row(one, result));
			if (limit !== undefined && highest(result) >= limit * MB) {
				exceeded.push(`${NAMES[work]} of ${megabytes} MB exceeded the limit of ${limit} MB.`);
			}
		}
	});
	await sandbox.close();

	const hostile = new HostileServer();
	await hostile.start();
	const hostileRows: string[][] = [];
	await step('Measuring hostile responses (about three minutes)', async () => {
		for (const [target, hostility, calls] of HOSTILE) {
			const name = `${calls} x ${hostility} ${target === 'api' ? 'response' : 'download'}`;
			const env = {
				N8N_BINARY_DATA_STORAGE_PATH: join(folder, 'store'),
				TMPDIR: folder,
			};
			const url = `${hostile.origin}/${target}/${hostility}`;
			const [result, open] = await inChild(env, async (child) => [
				await child.measureHostile(url, calls, target === 'download'),
				await hostile.openConnections(),
			]);
			const peak = highest(result) / MB;
			hostileRows.push([name, peak.toFixed(1), result.seconds.toFixed(1), String(open)]);
			if (peak >= HOSTILE_LIMIT || open > 0) {
				exceeded.push(`${name}: ${peak.toFixed(1)} MB, ${open} connections open.`);
			}
		}
	});
	hostile.close();

	console.log(
		"Peak resident memory above the baseline: n8n's engine after one execution and a gc.",
	);
	console.log(`With a limit: the worst of ${RUNS} runs. In memory mode, n8n's own copies count.`);
	const memory = ['peak (kernel)', 'peak (sampled)', 'buffers', 'limit', 'peak / size'];
	console.log(table(['MB', 'binary data in', 'file size', ...memory, 'seconds'], rows));
	console.log('\nHostile responses, and the open connections 2 seconds after the end of the node:');
	console.log(table(['', `MB (limit ${HOSTILE_LIMIT})`, 'seconds', 'open'], hostileRows));
	if (exceeded.length > 0) throw new UserError(exceeded.join('\n'));
});
