// How much memory the node takes for large files, in n8n's own engine, by n8n's two ways to keep
// binary data. Fails if the node takes more than the project promises.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { startSandbox } from '../sandbox/client';
import { UserError } from '../scripts/lib/userError';
import { main } from '../scripts/lib/main';
import { step } from '../scripts/lib/progress.cjs';
import { writeImage } from './support/imageFile';
import { inChild } from './support/inChild';
import { highest, type Result, resultSchema, type Scenario } from './support/memoryScenario';
import { table } from './support/table';
import { MB } from './support/units';

interface Case {
	work: Scenario['work'];
	/** Size of the file. */
	megabytes: number;
	/** n8n's N8N_DEFAULT_BINARY_DATA_MODE; `default` keeps files in memory. */
	mode: 'filesystem' | 'default';
	/** What the project promises: the peak above the baseline stays under it, MB. */
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

/** A promise is held against the worst of so many runs, as the garbage collector has its moods. */
const RUNS = 3;

const NAMES = {
	upload: 'image upload',
	download: 'video download',
	generate: 'generate, download',
};
const MODES = { filesystem: 'in files', default: 'in memory' };

const storedSchema = z.object({ id: z.string() });

/** Measures in processes of their own, one after the other; gives the run of the highest peak. */
async function worstOf(runs: number, scenario: Scenario, env: NodeJS.ProcessEnv): Promise<Result> {
	const results: Result[] = [];
	for (let run = 0; run < runs; run++) {
		const child = join(__dirname, 'support', 'memoryChild.ts');
		results.push(resultSchema.parse(await inChild(child, [JSON.stringify(scenario)], env)));
	}
	return results.reduce((worst, result) => (highest(result) > highest(worst) ? result : worst));
}

const HEADINGS = [
	'MB',
	"n8n's files",
	'file size',
	'peak, kernel',
	'peak, sampled',
	'buffers of it',
	'promised',
	'peak / size',
	'seconds',
];

function row({ work, megabytes, mode, limit }: Case, result: Result): string[] {
	const inMB = (bytes: number | null) => (bytes === null ? '-' : (bytes / MB).toFixed(1));
	return [
		NAMES[work],
		MODES[mode],
		String(megabytes),
		inMB(result.kernel),
		inMB(result.sampled),
		inMB(result.buffers),
		limit === undefined ? '' : `< ${limit}`,
		(highest(result) / MB / megabytes).toFixed(2),
		result.seconds.toFixed(1),
	];
}

main(async () => {
	const folder = mkdtempSync(join(tmpdir(), 'veo-bench-'));
	process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
	const sandbox = await startSandbox({ jobSeconds: 0.3 });
	const smallImage = await writeImage(join(folder, 'small.jpg'), 64 * 1024);

	const rows: string[][] = [];
	const broken: string[] = [];
	const measure = async (one: Case) => {
		const { work, megabytes, mode, limit } = one;
		const bytes = megabytes * MB;
		const env = {
			N8N_DEFAULT_BINARY_DATA_MODE: mode,
			N8N_BINARY_DATA_STORAGE_PATH: join(folder, 'store'),
			// the engine makes its own folder there, so that it goes with ours
			TMPDIR: folder,
		};
		const scenario: Scenario = { work, bytes, origin: sandbox.origin, image: '', smallImage };
		if (work === 'upload') {
			scenario.image = await writeImage(join(folder, 'image.jpg'), bytes);
			if (mode === 'filesystem') {
				const child = join(__dirname, 'support', 'storeChild.ts');
				const stored = await inChild(child, [scenario.image], env);
				scenario.storedImage = storedSchema.parse(stored).id;
			}
		}
		const result = await worstOf(limit === undefined ? 1 : RUNS, scenario, env);
		rows.push(row(one, result));
		if (limit !== undefined && highest(result) >= limit * MB) {
			broken.push(`${NAMES[work]} of ${megabytes} MB: more than the ${limit} MB promised.`);
		}
	};
	await step('Measuring, about a minute', async () => {
		for (const one of CASES) await measure(one);
	});
	await sandbox.close();

	console.log('Peak resident memory above a warm n8n engine (one run on a small file, then gc).');
	console.log(
		`Where there is a promise: the worst of ${RUNS} runs. In memory, n8n's own copies count.`,
	);
	console.log(table(HEADINGS, rows));
	if (broken.length > 0) throw new UserError(broken.join('\n'));
});
