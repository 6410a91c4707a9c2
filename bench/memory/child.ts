// Measures one scenario. Each runs in its own process, because memory that an earlier one left
// behind would hide what the next one uses.
import type { IBinaryData, INode, INodeExecutionData } from 'n8n-workflow';
import { connectSandbox } from '../../sandbox/client';
import { VeoEngine } from '../../test/harness/veoEngine';
import { serve } from '../child/child';
import { peakOf, type MemoryPeak } from './residentMemory';

export interface Scenario {
	/** `generate` waits for the video and downloads it. */
	work: 'upload' | 'download' | 'generate';
	/** Size of the image or video. */
	bytes: number;
	/** Origin of the sandbox. */
	origin: string;
	/** Path of the image for `upload`. */
	image: string;
	/** Its ID in n8n's binary data storage, if it is there. */
	storedImage?: string;
	/** Path of a small image for the warm-up. */
	smallImage: string;
}

/** The memory peak and the duration of the execution. */
export type Result = MemoryPeak & { seconds: number };

/** Executes the node. @returns the bytes that it transferred according to its output */
type Execute = () => Promise<number | undefined>;

const PARAMETERS = {
	upload: { resource: 'image', operation: 'upload' },
	download: { resource: 'video', operation: 'download' },
	generate: {
		resource: 'video',
		operation: 'generate',
		prompt: 'A lighthouse in a storm',
		downloadVideo: true,
		options: { pollInterval: 1 },
	},
};

/** Copies an image into n8n's binary data as n8n's file nodes do. */
async function imageData(engine: VeoEngine, path: string): Promise<IBinaryData> {
	return await engine.binaryData.copyBinaryFile(
		{ type: 'execution', workflowId: 'bench', executionId: '1' },
		{ data: '', mimeType: 'image/jpeg', fileName: 'image.jpg' },
		path,
	);
}

/** @param isWarmUp - whether to use a small file */
async function prepare(engine: VeoEngine, scenario: Scenario, isWarmUp: boolean): Promise<Execute> {
	const { work, bytes, image, storedImage: id, smallImage } = scenario;
	const sandbox = connectSandbox(scenario.origin);
	const execute = async (more: INode['parameters'], items?: INodeExecutionData[]) => {
		const credential = { apiKey: sandbox.key, baseUrl: sandbox.baseUrl };
		const parameters = { ...PARAMETERS[work], ...more };
		const { items: output, error } = await engine.run({ parameters, items, credential });
		const [item] = output;
		if (error || !item) throw error ?? new Error('The node returned no item');
		return item;
	};
	if (work === 'upload') {
		const stored = { id, data: '', mimeType: 'image/jpeg', fileName: 'image.jpg' };
		return async () => {
			// created here, because n8n's copy of a file in memory counts
			const isStored = id !== undefined && !isWarmUp;
			const data = isStored ? stored : await imageData(engine, isWarmUp ? smallImage : image);
			return Number((await execute({}, [{ json: {}, binary: { data } }])).json.fileSize);
		};
	}
	await sandbox.settings({ videoBytes: isWarmUp ? null : bytes });
	const video =
		work === 'download' ? { videoId: await sandbox.createJob({ status: 'completed' }) } : {};
	return async () => (await execute(video)).binary?.data?.bytes;
}

/** Executes Get Status for several videos at once, whose API or video host is hostile. */
async function measureHostile(
	baseUrl: string,
	calls: number,
	downloadVideo: boolean,
): Promise<Result> {
	const engine = await VeoEngine.start();
	const status = { ...PARAMETERS.download, operation: 'getStatus', videoId: 'v1' };
	const options = { pollInterval: 1, timeout: 1, maxRetries: 0 };
	const parameters = { ...status, waitForCompletion: true, downloadVideo, options };
	const execute = async (url: string, count: number) => {
		const credential = { apiKey: 'key', baseUrl: url };
		const items = Array.from({ length: count }, () => ({ json: {} }));
		const settings = { onError: 'continueRegularOutput' as const };
		return await engine.run({ parameters, credential, items, settings });
	};
	await execute('http://127.0.0.1:1', 1);
	let seconds = 0;
	const peak = await peakOf(async () => {
		const startedMs = performance.now();
		const { items } = await execute(baseUrl, calls);
		seconds = (performance.now() - startedMs) / 1000;
		if (items.some(({ json }) => json.error === undefined)) throw new Error('A call succeeded');
	});
	return { ...peak, seconds };
}

async function measure(scenario: Scenario): Promise<Result> {
	const engine = await VeoEngine.start();
	const warmUp = await prepare(engine, scenario, true);
	await warmUp();
	const execute = await prepare(engine, scenario, false);
	let seconds = 0;
	const peak = await peakOf(async () => {
		const startedMs = performance.now();
		const transferred = await execute();
		seconds = (performance.now() - startedMs) / 1000;
		if (transferred !== scenario.bytes) {
			throw new Error(`The node transferred ${transferred} of ${scenario.bytes} bytes`);
		}
	});
	return { ...peak, seconds };
}

const functions = {
	measure,
	measureHostile,
	/** Puts an image into n8n's binary data storage. @returns its ID there */
	store: async (path: string) => (await imageData(await VeoEngine.start(), path)).id,
};
export type MemoryFunctions = typeof functions;

serve(functions);
