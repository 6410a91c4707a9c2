import type { INode, INodeExecutionData } from 'n8n-workflow';
import {
	startSandbox,
	type JournalEntry,
	type Sandbox,
	type SandboxOptions,
} from '../../../sandbox/client';
import { Engine, type NodeRunOptions, type NodeRunResult } from './engine';

/** What a test file needs; made before its first test. */
export interface Setup {
	sandbox: Sandbox;
	engine: Engine;
	/** Runs the node with these parameters, on the sandbox's account unless told. */
	run(parameters: INode['parameters'], more?: Partial<NodeRunOptions>): Promise<NodeRunResult>;
	/** The requests to one endpoint so far. */
	calls(endpoint: JournalEntry['endpoint']): Promise<JournalEntry[]>;
}

/** A sandbox (reset before each test) and the real engine, for all tests of a file. */
export function useEngine(options: Partial<SandboxOptions> = {}): Setup {
	let sandbox: Sandbox | undefined;
	let engine: Engine | undefined;
	beforeAll(async () => {
		sandbox = await startSandbox({ jobSeconds: 0.4, ...options });
		engine = await Engine.start();
	});
	beforeEach(async () => await sandbox?.reset());
	afterAll(async () => await sandbox?.close());
	const ready = <T>(part: T | undefined): T => {
		if (part === undefined) throw new Error('The sandbox or the engine has not started');
		return part;
	};
	return {
		get sandbox() {
			return ready(sandbox);
		},
		get engine() {
			return ready(engine);
		},
		run: async (parameters, more = {}) => {
			const { key: apiKey, baseUrl } = ready(sandbox);
			return await ready(engine).run({ parameters, credential: { apiKey, baseUrl }, ...more });
		},
		calls: async (endpoint) => await ready(sandbox).journal({ endpoint }),
	};
}

/** Shortest polling that the node allows, so that tests of waiting take a second. */
export const FAST = { pollInterval: 1 };

export const json = (...values: Array<INodeExecutionData['json']>): INodeExecutionData[] =>
	values.map((value) => ({ json: value }));

const padding = Buffer.alloc(2000, 7);
/** Files whose first bytes are those of real images; nothing but those bytes is looked at. */
export const FILES = {
	jpeg: Buffer.concat([Buffer.from('ffd8ffe000104a464946', 'hex'), padding]),
	png: Buffer.concat([Buffer.from('89504e470d0a1a0a0000', 'hex'), padding]),
	webp: Buffer.concat([Buffer.from('RIFF\0\0\0\0WEBPVP8 ', 'latin1'), padding]),
	gif: Buffer.concat([Buffer.from('GIF89a', 'latin1'), padding]),
};
