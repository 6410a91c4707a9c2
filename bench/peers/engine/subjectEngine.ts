// A child process with an installed n8n's engine and one subject; see runner.ts.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type Axios from 'axios';
import type { ICredentialType, INodeType, IRunExecutionData } from 'n8n-workflow';
import { Engine } from '../../../test/harness/engine';
import { initialize, loadN8n } from '../../../test/harness/n8n';
import { OURS, SUBJECTS, type Subject } from '../subjects';
import { serve } from '../../child/child';
import { CONCURRENCY, MinimalNode } from './minimalNode';
import { profiled } from './profile';
import type { ExecutionRequest, Outcome, StartOptions } from './requests';

/** n8n's default for the evaluation of expressions (2.41.1, ExpressionEngineConfig). */
const ISOLATED = {
	engine: 'vm',
	bridgeTimeout: 5000,
	bridgeMemoryLimit: 128,
	poolSize: 1,
	maxCodeCacheSize: 1024,
} as const;

/** An installed n8n's engine with one subject, loaded as n8n loads it. */
export class SubjectEngine {
	private constructor(
		private readonly subject: Subject,
		private readonly engine: Engine,
		private readonly nodeType: INodeType,
		private readonly credentialType: ICredentialType,
		/** The copy of axios that n8n's request helper uses. */
		private readonly axios: typeof Axios,
	) {}

	static async start({ subject: key, installation, isolated }: StartOptions) {
		const subject = SUBJECTS.find((candidate) => candidate.key === key);
		if (!subject) throw new Error(`Unknown subject '${key}'`);
		const packages = join(installation.n8n, 'node_modules');
		const load = createRequire(join(packages, 'n8n-core', 'package.json'));
		const n8n = loadN8n(load, installation.userFolder);
		await initialize(n8n);
		if (isolated) await n8n.workflow.Expression.initExpressionEngine(ISOLATED);
		const loader = (name: string) =>
			new n8n.core.PackageDirectoryLoader(name === OURS ? installation.ours : join(packages, name));
		const [nodes, credentials] = [loader(subject.nodeFile[0]), loader(subject.credentialFile[0])];
		nodes.loadNodeFromFile(subject.nodeFile[1]);
		credentials.loadCredentialFromFile(subject.credentialFile[1]);
		const loaded = Object.values(nodes.nodeTypes)[0]?.type;
		const credentialType = Object.values(credentials.credentialTypes)[0]?.type;
		if (!loaded || !credentialType) throw new Error(`${subject.label} was not loaded`);
		const { typeVersion } = subject.node;
		const nodeType = n8n.workflow.NodeHelpers.getVersionedNodeType(loaded, typeVersion);
		const axios: typeof Axios = createRequire(load.resolve('@n8n/backend-network'))('axios');
		const engine = new Engine(n8n, [credentialType]);
		return new SubjectEngine(subject, engine, nodeType, credentialType, axios);
	}

	/** Executes the node alone, with n8n's own error handling and retries. */
	async execute(request: ExecutionRequest): Promise<Outcome> {
		if (request.profile) {
			const work = async () => await this.execute({ ...request, profile: false });
			const { result, cpuSeconds } = await profiled(work);
			return { ...result, cpuSeconds };
		}
		const first = await this.executeOnce(request);
		if (!request.retryExecution || first.outcome.error === undefined) return first.outcome;
		return (await this.executeOnce(request, first.executionData)).outcome;
	}

	private async executeOnce(request: ExecutionRequest, retryOf?: IRunExecutionData) {
		const { subject, credentialType } = this;
		const { maxTries = 1, cancelAfterSeconds } = request;
		const node = {
			...subject.node,
			parameters: { ...subject.node.parameters, ...request.parameters },
			credentials: { [credentialType.name]: { id: '1', name: 'Benchmark' } },
			...(maxTries > 1 && { retryOnFail: true, maxTries }),
		};
		const credential = subject.credential(request.url, request.apiKey ?? 'bench-key');
		let canceledAt: number | undefined;
		let timer: NodeJS.Timeout | undefined;
		const startedMs = performance.now();
		const { items, error, executionData } = await this.engine.execute(
			request.minimal ? new MinimalNode() : this.nodeType,
			node,
			{ [credentialType.name]: credential },
			{
				items: request.items.map((json) => ({ json })),
				retryOf,
				whenRunning: (cancel) => {
					if (cancelAfterSeconds === undefined) return;
					timer = setTimeout(() => {
						canceledAt = Date.now();
						cancel();
					}, cancelAfterSeconds * 1000);
				},
			},
		);
		clearTimeout(timer);
		const outcome: Outcome = {
			seconds: (performance.now() - startedMs) / 1000,
			endedAt: Date.now(),
			items: items.map(({ json }) => JSON.stringify(json)),
			error: error && textOf(error),
			canceledAt,
		};
		return { outcome, executionData };
	}

	/** Requests all URLs with n8n's axios and nothing else. @returns seconds */
	async loop(urls: string[], apiKey: string): Promise<number> {
		const headers = { authorization: `Bearer ${apiKey}`, accept: 'application/json' };
		const startedMs = performance.now();
		const queue = urls.values();
		const worker = async () => {
			for (const url of queue) await this.axios.get(url, { headers });
		};
		await Promise.all(Array.from({ length: CONCURRENCY }, worker));
		return (performance.now() - startedMs) / 1000;
	}
}

/** All that a user sees of an error. */
function textOf(error: Error): string {
	const { description, context }: Record<string, unknown> = { ...error };
	return JSON.stringify({ message: error.message, description, context });
}

void SubjectEngine.start(JSON.parse(process.argv[2] ?? '')).then(serve);
