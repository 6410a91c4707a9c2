// One measurement, in a process of its own: what an earlier one left behind would hide the next.
import { Engine } from '../../test/engine/support/engine';
import type { IBinaryData, INode, INodeExecutionData } from 'n8n-workflow';
import { connectSandbox } from '../../sandbox/client';
import { imageData } from './imageData';
import { type Result, type Scenario, scenarioSchema } from './memoryScenario';
import { peakOf } from './residentMemory';

/** A run of the node, ready to go; gives the bytes that the node says it moved. */
type Run = () => Promise<number | undefined>;

const scenario = scenarioSchema.parse(JSON.parse(process.argv[2] ?? 'null'));
const sandbox = connectSandbox(scenario.origin);

/** @param given - called within the run: n8n's copy of a file in memory counts */
function uploading(engine: Engine, given: () => Promise<IBinaryData>): Run {
	const parameters = { resource: 'image', operation: 'upload' };
	return async () => {
		const input = { json: {}, binary: { data: await given() } };
		return Number((await runNode(engine, parameters, [input])).json.fileSize);
	};
}

async function downloading(engine: Engine): Promise<Run> {
	const videoId = await sandbox.createJob({ status: 'completed' });
	const parameters = { resource: 'video', operation: 'download', videoId };
	return async () => (await runNode(engine, parameters)).binary?.data?.bytes;
}

function generating(engine: Engine): Run {
	const parameters = {
		resource: 'video',
		operation: 'generate',
		prompt: 'A lighthouse in a storm',
		downloadVideo: true,
		options: { pollInterval: 1 },
	};
	return async () => (await runNode(engine, parameters)).binary?.data?.bytes;
}

/** Prepares the scenario's work, on a small file or the real one. */
async function prepare(
	engine: Engine,
	{ work, bytes, image, storedImage, smallImage }: Scenario,
	small: boolean,
): Promise<Run> {
	if (work === 'upload') {
		if (small) return uploading(engine, async () => await imageData(smallImage));
		const stored = { id: storedImage, data: '', mimeType: 'image/jpeg', fileName: 'image.jpg' };
		return uploading(engine, async () => (storedImage ? stored : await imageData(image)));
	}
	await sandbox.settings({ videoBytes: small ? null : bytes });
	return work === 'download' ? await downloading(engine) : generating(engine);
}

async function runNode(
	engine: Engine,
	parameters: INode['parameters'],
	items?: INodeExecutionData[],
): Promise<INodeExecutionData> {
	const credential = { apiKey: sandbox.key, baseUrl: sandbox.baseUrl };
	const result = await engine.run({ parameters, items, credential });
	const [item] = result.items;
	if (result.error || !item) throw result.error ?? new Error('The node gave no item');
	return item;
}

async function measure(): Promise<Result> {
	const engine = await Engine.start();
	const warmUp = await prepare(engine, scenario, true);
	await warmUp();
	const run = await prepare(engine, scenario, false);
	let seconds = 0;
	const peak = await peakOf(async () => {
		const startedMs = performance.now();
		const moved = await run();
		seconds = (performance.now() - startedMs) / 1000;
		if (moved !== scenario.bytes) {
			throw new Error(`The node moved ${moved} of ${scenario.bytes} bytes`);
		}
	});
	return { ...peak, seconds };
}

measure().then(
	(result) => process.send?.(result, () => process.disconnect()),
	(error: unknown) => {
		console.error(error);
		process.exit(1);
	},
);
