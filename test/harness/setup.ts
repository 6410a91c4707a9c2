import type { INode, INodeExecutionData } from 'n8n-workflow';
import type { JournalEntry, Sandbox, SandboxOptions } from '../../sandbox/client';
import type { ExecutionResult } from './engine';
import { useSandbox } from './sandbox';
import { VeoEngine, type VeoExecution } from './veoEngine';

/** The sandbox and the engine of a test file. */
export interface Setup {
	sandbox: Sandbox;
	engine: VeoEngine;
	/** Executes the Veo node with these parameters, by default with the sandbox's credential. */
	run(parameters: INode['parameters'], more?: Partial<VeoExecution>): Promise<ExecutionResult>;
	/**
	 * Executes the node that a sub-workflow uses to run code of its parent, as n8n does.
	 * @throws the error of the node
	 */
	runStep(nodes: readonly INode[], more?: Partial<VeoExecution>): Promise<INodeExecutionData[]>;
	/** The requests to one endpoint so far. */
	calls(endpoint: JournalEntry['endpoint']): Promise<JournalEntry[]>;
}

/** The real engine, started before the first test of a file. */
export function useVeoEngine(): { readonly engine: VeoEngine } {
	let engine: VeoEngine | undefined;
	beforeAll(async () => void (engine = await VeoEngine.start()));
	afterAll(() => engine?.close());
	return {
		get engine() {
			if (!engine) throw new Error('The engine has not started');
			return engine;
		},
	};
}

/** A sandbox, reset before each test of a file, and the real engine. */
export function useEngine(options: Partial<SandboxOptions> = {}): Setup {
	const api = useSandbox({ jobSeconds: 0.4, ...options });
	const veo = useVeoEngine();
	const run: Setup['run'] = async (parameters, more = {}) => {
		const { key: apiKey, baseUrl } = api.sandbox;
		return await veo.engine.run({ parameters, credential: { apiKey, baseUrl }, ...more });
	};
	return {
		run,
		get sandbox() {
			return api.sandbox;
		},
		get engine() {
			return veo.engine;
		},
		async runStep(nodes, more) {
			const step = nodes.find(({ parameters }) => 'waitKey' in parameters);
			if (!step) throw new Error('The sub-workflow has no step');
			const { items, error } = await run(step.parameters, more);
			if (error) throw new Error(error.message); // n8n converts it into an Error too
			return items;
		},
		calls: async (endpoint) => await api.sandbox.journal({ endpoint }),
	};
}

/** The shortest poll interval that the node accepts, so that tests of waiting take a second. */
export const FAST = { pollInterval: 1 };

export const json = (...values: Array<INodeExecutionData['json']>): INodeExecutionData[] =>
	values.map((value) => ({ json: value }));

const padding = Buffer.alloc(2000, 7);
/** Files with the signatures of real images. Nothing reads the rest. */
export const FILES = {
	jpeg: Buffer.concat([Buffer.from('ffd8ffe000104a464946', 'hex'), padding]),
	png: Buffer.concat([Buffer.from('89504e470d0a1a0a0000', 'hex'), padding]),
	webp: Buffer.concat([Buffer.from('RIFF\0\0\0\0WEBPVP8 ', 'latin1'), padding]),
	gif: Buffer.concat([Buffer.from('GIF89a', 'latin1'), padding]),
};
