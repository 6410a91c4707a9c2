import { NodeHelpers, type INodeParameters, type INodeProperties } from 'n8n-workflow';
import { VeoEngine } from '../harness/veoEngine';

let properties: INodeProperties[] = [];
let engine: VeoEngine;
beforeAll(async () => {
	engine = await VeoEngine.start();
	properties = engine.description.properties;
});
afterAll(() => engine.close());

const isShown = (property: INodeProperties, values: INodeParameters, root = values) =>
	NodeHelpers.displayParameter(values, property, { typeVersion: 1 }, engine.description, root);

/** The given parameters plus the defaults of all visible ones, as n8n computes them. */
function withDefaults(given: INodeParameters): INodeParameters {
	const { description } = engine;
	const version = { typeVersion: 1 };
	const values = NodeHelpers.getNodeParameters(
		properties,
		given,
		true,
		false,
		version,
		description,
	);
	if (values === null) throw new Error("n8n couldn't compute the defaults");
	return values;
}

/** Texts among the fields. */
const NOTICES = ['creditsNotice', 'durableNotice'];

/** The names of the fields that the editor shows for these values; all others have their defaults. */
function fieldsFor(given: INodeParameters): string[] {
	const values = withDefaults(given);
	return properties
		.filter((property) => isShown(property, values))
		.map(({ name }) => name)
		.filter((name) => !['resource', 'operation', 'options', ...NOTICES].includes(name))
		.sort();
}

/** The names of the options that the editor offers. */
function optionsFor(given: INodeParameters): string[] {
	const values = withDefaults(given);
	const options = properties.find(
		(property) => property.name === 'options' && isShown(property, values),
	);
	return (options?.options ?? [])
		.flatMap((option) => ('type' in option ? [option] : []))
		.filter((option) => isShown(option, {}, values))
		.map(({ name }) => name)
		.sort();
}

const image = { generationType: 'imageToVideo' };
const generate = ['aspectRatio', 'generationType', 'prompt', 'waitForCompletion'];
const waiting = ['downloadVideo', 'waitMode'];
const waitingStatus = { operation: 'getStatus', waitForCompletion: true };

describe('visible fields', () => {
	it.each<[string, INodeParameters, string[]]>([
		['a new node', {}, [...generate, ...waiting]],
		['generate without waiting', { waitForCompletion: false }, generate],
		[
			'generate without waiting hides the download',
			{ waitForCompletion: false, downloadVideo: true },
			generate,
		],
		[
			'generate with download',
			{ downloadVideo: true },
			[...generate, ...waiting, 'outputBinaryPropertyName'],
		],
		['image from a file', image, [...generate, ...waiting, 'imageSource', 'binaryPropertyName']],
		[
			'image from a URL',
			{ ...image, imageSource: 'url' },
			[...generate, ...waiting, 'imageSource', 'imageUrl'],
		],
		[
			'uploaded image',
			{ ...image, imageSource: 'uploaded' },
			[...generate, ...waiting, 'imageSource', 'imageUrl', 'imageKey'],
		],
		['text to video hides the image fields', { imageSource: 'url' }, [...generate, ...waiting]],
		['get status', { operation: 'getStatus' }, ['branchByStatus', 'videoId', 'waitForCompletion']],
		[
			'get status, waiting',
			{ operation: 'getStatus', waitForCompletion: true },
			['videoId', 'waitForCompletion', ...waiting],
		],
		[
			'get status, with download',
			{ operation: 'getStatus', waitForCompletion: true, downloadVideo: true },
			['videoId', 'waitForCompletion', ...waiting, 'outputBinaryPropertyName'],
		],
		['download', { operation: 'download' }, ['outputBinaryPropertyName', 'videoId']],
		['upload', { resource: 'image', operation: 'upload' }, ['binaryPropertyName']],
	])('%s', (_, values, names) => {
		expect(fieldsFor(values)).toEqual([...names].sort());
	});
});

describe('notices', () => {
	const shown = (given: INodeParameters) => {
		const values = withDefaults(given);
		return properties
			.filter((property) => property.type === 'notice' && isShown(property, values))
			.map(({ name }) => name);
	};

	it.each<[string, INodeParameters, string[]]>([
		['generate tells that videos cost credits', {}, ['creditsNotice']],
		['a durable wait is explained', { waitMode: 'durable' }, ['creditsNotice', 'durableNotice']],
		[
			'a durable wait that is off is not explained',
			{ waitMode: 'durable', waitForCompletion: false },
			['creditsNotice'],
		],
		['get status, durable', { ...waitingStatus, waitMode: 'durable' }, ['durableNotice']],
		['get status', { operation: 'getStatus' }, []],
		['download', { operation: 'download' }, []],
		['upload', { resource: 'image', operation: 'upload' }, []],
	])('%s', (_, values, names) => {
		expect(shown(values)).toEqual(names);
	});
});

describe('available options', () => {
	const calls = ['maxConcurrency', 'maxRetries'];
	const submission = ['additionalFields', 'maxVideos', 'register', 'reuseOnRetry'];
	const wait = ['onTimeout', 'pollInterval', 'timeout'];

	it.each<[string, INodeParameters, string[]]>([
		['generate', {}, [...calls, ...submission, ...wait]],
		['generate without waiting', { waitForCompletion: false }, [...calls, ...submission]],
		[
			'generate with download',
			{ downloadVideo: true },
			[...calls, ...submission, ...wait, 'fileName'],
		],
		['get status', { operation: 'getStatus' }, calls],
		[
			'get status, waiting',
			{ operation: 'getStatus', waitForCompletion: true },
			[...calls, ...wait],
		],
		['download', { operation: 'download' }, [...calls, 'fileName']],
		['upload', { resource: 'image', operation: 'upload' }, calls],
	])('%s', (_, values, names) => {
		expect(optionsFor(values)).toEqual([...names].sort());
	});
});

describe('names and defaults that saved workflows depend on', () => {
	it('match the public interface', () => {
		const { name, version, displayName, credentials, usableAsTool } = engine.description;
		expect({ name, version, displayName, credentials, usableAsTool }).toEqual({
			...{ name: 'veo', version: 1, displayName: 'Veo 3.1', usableAsTool: true },
			credentials: [{ name: 'veoApi', required: true, testedBy: 'veoApiTest' }],
		});
		expect(withDefaults({ generationType: 'imageToVideo', downloadVideo: true })).toEqual({
			...{ resource: 'video', operation: 'generate', generationType: 'imageToVideo', prompt: '' },
			...{ imageSource: 'binary', binaryPropertyName: 'data', aspectRatio: 'auto' },
			...{ waitForCompletion: true, waitMode: 'inProcess', downloadVideo: true },
			...{ outputBinaryPropertyName: 'data', options: {}, creditsNotice: '' },
		});
		expect(withDefaults({ operation: 'getStatus' })).toEqual({
			...{ resource: 'video', operation: 'getStatus', videoId: '={{ $json.uuid }}' },
			...{ waitForCompletion: false, branchByStatus: false, options: {} },
		});
	});

	it('include the defaults of the options', () => {
		const options = properties.flatMap(({ name, options: members }) =>
			name === 'options' ? (members ?? []) : [],
		);
		const defaults = Object.fromEntries(
			options.flatMap((option) => ('type' in option ? [[option.name, option.default]] : [])),
		);
		expect(defaults).toEqual({
			...{ pollInterval: 5, timeout: 900, onTimeout: 'error', maxConcurrency: 10, maxRetries: 5 },
			...{ fileName: '', additionalFields: '{}', maxVideos: 10, reuseOnRetry: true },
			callbackField: '',
			register: { settings: { table: 'veo_videos', reuseHours: 0, maxPerDay: 0 } },
		});
	});
});
