import { Session } from 'node:inspector/promises';

const SAMPLING_MICROSECONDS = 200;

/** Owners of scripts by path. The first match counts. */
const OWNERS: Array<[owner: string, path: RegExp]> = [
	['this node', /[\\/]package[\\/]dist[\\/]/],
	['n8n-workflow (parameters, expressions)', /[\\/]n8n-workflow[\\/]/],
	['n8n-core (engine, request helper)', /[\\/](n8n-core|@n8n)[\\/]/],
	['axios and dependencies', /[\\/](axios|follow-redirects|form-data|proxy-from-env|qs)[\\/]/],
	['n8n, other packages', /[\\/]node_modules[\\/]/],
	['the benchmark', /[\\/](bench|harness)[\\/]/],
	['Node.js (HTTP, sockets)', /^node:/],
];
const NATIVE = 'Node.js (native)';
/** Owners of functions without a path. */
const NATIVE_OWNERS = new Map([
	['evalClosureSync', "n8n's isolated expression evaluator"],
	['connect', 'opening connections'],
	['(garbage collector)', 'garbage collection'],
	['(idle)', 'waiting'],
]);

/** Runs `work` and returns the CPU time by the owner of the code. */
export async function profiled<T>(work: () => Promise<T>) {
	const session = new Session();
	session.connect();
	await session.post('Profiler.enable');
	await session.post('Profiler.setSamplingInterval', { interval: SAMPLING_MICROSECONDS });
	await session.post('Profiler.start');
	const result = await work();
	const { profile } = await session.post('Profiler.stop');
	session.disconnect();

	const owners = new Map(
		profile.nodes.map(({ id, callFrame: { functionName, url } }) => {
			const owner = OWNERS.find(([, path]) => path.test(url))?.[0];
			return [id, owner ?? NATIVE_OWNERS.get(functionName) ?? NATIVE];
		}),
	);
	const cpuSeconds: Record<string, number> = {};
	const { samples = [], timeDeltas = [] } = profile;
	samples.forEach((id, index) => {
		const owner = owners.get(id) ?? NATIVE;
		cpuSeconds[owner] = (cpuSeconds[owner] ?? 0) + (timeDeltas[index] ?? 0) / 1e6;
	});
	return { result, cpuSeconds };
}
