import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from './lib/failure';
import { main } from './lib/main';
import { root } from './lib/paths';
import { start } from './lib/processes';

/** One guard, taken away. */
interface Mutation {
	guard: string;
	file: string;
	/** Must occur exactly once. */
	code: string;
	without: string;
	/** The tests that must notice, as a pattern of their path; the chaos suite unless told. */
	tests?: string;
}

const CHAOS = 'chaos/chaos';

const JOBS = 'nodes/Veo/jobs';
const MUTATIONS: Mutation[] = [
	{
		guard: 'the ledger',
		file: `${JOBS}/life.ts`,
		code: 'const earlier = reuse ? page.read() : undefined;',
		without: 'const earlier = reuse ? undefined : undefined;',
	},
	{
		guard: 'the memory of orders in doubt',
		file: `${JOBS}/life.ts`,
		code: 'if (answer.ok || mayHaveBeenAccepted(answer.failure)) page.write(answer);',
		without: 'if (answer.ok) page.write(answer);',
	},
	{
		guard: 'an order in doubt is not sent again',
		file: 'nodes/Veo/api/retry.ts',
		code: 'return mayPass(failure) && !mayHaveBeenAccepted(failure);',
		without: 'return mayPass(failure);',
	},
	{
		guard: 'the deadline',
		file: `${JOBS}/wait.ts`,
		code: 'const deadlineMs = startMs + timeoutMs;',
		without: 'const deadlineMs = startMs + 10 * timeoutMs;',
	},
	{
		guard: 'the signal, before a call',
		file: 'nodes/Veo/api/retry.ts',
		code: 'if (signal.aborted) return failed(STOPPED);',
		without: '',
	},
	{
		guard: 'the signal, while waiting',
		file: `${JOBS}/wait.ts`,
		code: 'await clock.sleep(lookMs - clock.now(), signal);',
		without: 'await clock.sleep(lookMs - clock.now());',
	},
	{
		guard: 'the poll interval',
		file: `${JOBS}/wait.ts`,
		code: 'earliestMs = clock.now() + pollIntervalMs;',
		without: '',
	},
	{
		guard: 'a failed job is forgotten only if the API said so',
		file: `${JOBS}/life.ts`,
		code: "if (end.outcome === 'failed') page.erase();",
		without: "if (end.outcome !== 'completed') page.erase();",
	},
	{
		guard: 'the deadline of a durable wait',
		file: `${JOBS}/durableWait.ts`,
		code: 'if (!isOver && nowMs < parked.deadlineMs - EARLY_MS) return parked;',
		without: 'if (!isOver) return parked;',
	},
	{
		guard: 'the poll interval in a round of a durable wait',
		file: `${JOBS}/durableWait.ts`,
		code: 'await sendPatiently(look, mayRepeat, inARound, pollIntervalMs);',
		without: 'await sendPatiently(look, mayRepeat, inARound);',
	},
	{
		guard: 'the order of the outcomes',
		file: `${JOBS}/pool.ts`,
		code: 'results[index] = await work(item, index);',
		without: 'results[results.indexOf(undefined)] = await work(item, index);',
	},
	{
		guard: "the whole order in the ledger's key",
		file: `${JOBS}/ledger.ts`,
		code: 'update(JSON.stringify(order))',
		without: "update('order')",
		tests: 'unit/jobs/ledger',
	},
	{
		guard: 'the short limit of the last look',
		file: `${JOBS}/wait.ts`,
		code: 'const LAST_LOOK_MS = 2_000;',
		without: 'const LAST_LOOK_MS = 19_000;',
		tests: 'unit/jobs/wait',
	},
	{
		guard: 'the jitter',
		file: 'nodes/Veo/api/retry.ts',
		code: 'backoffMs(retries, random(), answer.failure.retryAfterMs)',
		without: 'backoffMs(retries, 1, answer.failure.retryAfterMs)',
		tests: 'unit/api/retry',
	},
	{
		guard: 'numbers that must be finite',
		file: 'nodes/Veo/api/parse.ts',
		code: 'Number.isFinite(number)',
		without: '!Number.isNaN(number)',
		tests: 'unit/api/parse',
	},
	{
		guard: "the look at an uploaded image's URL",
		file: 'nodes/Veo/api/parse.ts',
		code: 'if (!isHttpUrl(imageUrl)) return undefined;',
		without: "if (typeof imageUrl !== 'string') return undefined;",
		tests: 'fuzz/answers',
	},
	{
		guard: 'the ear for a connection that breaks before it is read',
		file: 'nodes/Veo/actions/common/videoFile.ts',
		code: "body.on('error', () => {});",
		without: '',
		tests: 'unit/actions/videoFile',
	},
	{
		guard: 'the redaction',
		file: 'nodes/Veo/actions/common/redaction.ts',
		code: 'return (text) => text.replace(pattern, STARS);',
		without: 'return (text) => (pattern ? text : STARS);',
		tests: 'unit/actions/redaction',
	},
	{
		guard: 'headers that must be own ones',
		file: 'nodes/VeoTrigger/call.ts',
		code: 'const sent = own(headers, header);',
		without: 'const sent = headers[header];',
		tests: 'unit/trigger/call',
	},
];

/** Takes each guard away in turn and shows that its tests notice. */
main(async () => {
	const folder = await mkdtemp(join(tmpdir(), 'veo-mutations-'));
	const missed: string[] = [];
	try {
		for (const part of ['nodes', 'test', 'jest.config.js', 'package.json']) {
			await cp(join(root, part), join(folder, part), { recursive: true });
		}
		for (const part of ['tsconfig.json', 'tsconfig.dev.json', 'tsconfig.jest.json']) {
			await cp(join(root, part), join(folder, part));
		}
		await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
		for (const tests of new Set(MUTATIONS.map(({ tests = CHAOS }) => tests))) {
			if (!(await passes(folder, tests))) throw new Failure(`${tests} fails without any mutation.`);
		}
		for (const mutation of MUTATIONS) {
			const noticed = await isNoticed(folder, mutation);
			console.log(`${noticed ? 'noticed' : 'MISSED '}  without ${mutation.guard}`);
			if (!noticed) missed.push(mutation.guard);
		}
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
	if (missed.length > 0) throw new Failure(`The tests do not notice: ${missed.join(', ')}`);
});

async function isNoticed(folder: string, mutation: Mutation): Promise<boolean> {
	const { file, code, without, tests = CHAOS } = mutation;
	const path = join(folder, file);
	const original = await readFile(path, 'utf8');
	if (original.split(code).length !== 2) throw new Failure(`${file} has not once: ${code}`);
	await writeFile(path, original.replace(code, without));
	const passed = await passes(folder, tests);
	await writeFile(path, original);
	return !passed;
}

async function passes(folder: string, tests: string): Promise<boolean> {
	const program = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
	const env = { ...process.env, CHAOS_RUNS: '3000', CHAOS_SEED: '1' };
	const args = [program, '--selectProjects', 'chaos', 'fuzz', 'unit', '--testPathPatterns', tests];
	const { exited } = start(process.execPath, args, { cwd: folder, env });
	return (await exited) === 0;
}
