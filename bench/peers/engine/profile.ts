import { Session } from 'node:inspector/promises';

/** Between two samples, microseconds. */
const SAMPLING_MICROSECONDS = 200;

/** Whose code a script is, by its path; the first that fits. */
const OWNERS: Array<[owner: string, path: RegExp]> = [
	['this node', /[\\/]package[\\/]dist[\\/]/],
	['n8n-workflow (parameters, expressions)', /[\\/]n8n-workflow[\\/]/],
	['n8n-core (engine, request helper)', /[\\/](n8n-core|@n8n)[\\/]/],
	['axios and what it needs', /[\\/](axios|follow-redirects|form-data|proxy-from-env|qs)[\\/]/],
	['n8n, other packages', /[\\/]node_modules[\\/]/],
	['the benchmark', /[\\/]bench[\\/]/],
	['Node.js (HTTP, sockets)', /^node:/],
];
/** What has no path, by the function's name. */
const NATIVE = new Map([
	['evalClosureSync', "n8n's isolated evaluator of expressions"],
	['connect', 'opening connections'],
	['(garbage collector)', 'garbage collection'],
	['(program)', 'Node.js (native)'],
	['(idle)', 'waiting'],
]);

/** Does `work` and tells whose code the processor was busy with meanwhile, seconds by owner. */
export async function profiled<T>(work: () => Promise<T>) {
	const session = new Session();
	session.connect();
	await session.post('Profiler.enable');
	await session.post('Profiler.setSamplingInterval', { interval: SAMPLING_MICROSECONDS });
	await session.post('Profiler.start');
	const result = await work();
	const { profile } = await session.post('Profiler.stop');
	session.disconnect();

	const ownerOf = new Map(
		profile.nodes.map(({ id, callFrame }) => {
			const { functionName, url } = callFrame;
			const owner = OWNERS.find(([, path]) => path.test(url))?.[0];
			return [id, owner ?? NATIVE.get(functionName) ?? 'Node.js (native)'];
		}),
	);
	const busySeconds: Record<string, number> = {};
	const { samples = [], timeDeltas = [] } = profile;
	samples.forEach((id, index) => {
		const owner = ownerOf.get(id) ?? 'Node.js (native)';
		busySeconds[owner] = (busySeconds[owner] ?? 0) + (timeDeltas[index] ?? 0) / 1e6;
	});
	return { result, busySeconds };
}
