import { NodeHelpers, type INodeParameters, type INodeProperties } from 'n8n-workflow';
import { VeoEngine } from '../harness/veoEngine';

let properties: INodeProperties[] = [];
let engine: VeoEngine;
beforeAll(async () => {
	engine = await VeoEngine.start();
	properties = engine.description.properties;
});
afterAll(() => engine.close());

const shown = (property: INodeProperties, values: INodeParameters, root = values) =>
	NodeHelpers.displayParameter(values, property, { typeVersion: 1 }, engine.description, root);

/** All parameters as n8n completes them: what is given, and the defaults of all that is shown. */
function completed(given: INodeParameters): INodeParameters {
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
	if (values === null) throw new Error('n8n could not fill in the defaults');
	return values;
}

/** The names of the fields that the editor shows, with these values and defaults for all others. */
function fieldsFor(given: INodeParameters): string[] {
	const values = completed(given);
	return properties
		.filter((property) => shown(property, values))
		.map(({ name }) => name)
		.filter((name) => !['resource', 'operation', 'options'].includes(name))
		.sort();
}

/** The names of the options that the editor offers. */
function optionsFor(given: INodeParameters): string[] {
	const values = completed(given);
	const options = properties.find(
		(property) => property.name === 'options' && shown(property, values),
	);
	return (options?.options ?? [])
		.flatMap((option) => ('type' in option ? [option] : []))
		.filter((option) => shown(option, {}, values))
		.map(({ name }) => name)
		.sort();
}

const image = { generationType: 'imageToVideo' };
const generate = ['aspectRatio', 'generationType', 'prompt', 'waitForCompletion'];
const waiting = ['downloadVideo', 'waitMode'];

describe('the fields that are shown', () => {
	it.each<[string, INodeParameters, string[]]>([
		['a new node', {}, [...generate, ...waiting]],
		['generate without waiting', { waitForCompletion: false }, generate],
		['not waiting hides the download', { waitForCompletion: false, downloadVideo: true }, generate],
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
		['text hides the image fields', { imageSource: 'url' }, [...generate, ...waiting]],
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

describe('the options that are offered', () => {
	const calls = ['maxConcurrency', 'maxRetries'];
	const order = ['additionalFields', 'reuseOnRetry'];
	const wait = ['onTimeout', 'pollInterval', 'timeout'];

	it.each<[string, INodeParameters, string[]]>([
		['generate', {}, [...calls, ...order, ...wait]],
		['generate without waiting', { waitForCompletion: false }, [...calls, ...order]],
		['generate with download', { downloadVideo: true }, [...calls, ...order, ...wait, 'fileName']],
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
	it('are those of the public interface', () => {
		const { name, version, displayName, credentials, usableAsTool } = engine.description;
		expect({ name, version, displayName, credentials, usableAsTool }).toEqual({
			...{ name: 'veo', version: 1, displayName: 'Veo 3.1', usableAsTool: true },
			credentials: [{ name: 'veoApi', required: true }],
		});
		expect(completed({ generationType: 'imageToVideo', downloadVideo: true })).toEqual({
			...{ resource: 'video', operation: 'generate', generationType: 'imageToVideo', prompt: '' },
			...{ imageSource: 'binary', binaryPropertyName: 'data', aspectRatio: 'auto' },
			...{ waitForCompletion: true, waitMode: 'inProcess', downloadVideo: true },
			...{ outputBinaryPropertyName: 'data', options: {} },
		});
		expect(completed({ operation: 'getStatus' })).toEqual({
			...{ resource: 'video', operation: 'getStatus', videoId: '={{ $json.uuid }}' },
			...{ waitForCompletion: false, branchByStatus: false, options: {} },
		});
	});

	it('and so are the defaults of the options', () => {
		const options = properties.flatMap(({ name, options: members }) =>
			name === 'options' ? (members ?? []) : [],
		);
		const defaults = Object.fromEntries(
			options.flatMap((option) => ('type' in option ? [[option.name, option.default]] : [])),
		);
		expect(defaults).toEqual({
			...{ pollInterval: 5, timeout: 900, onTimeout: 'error', maxConcurrency: 10, maxRetries: 5 },
			...{ fileName: '', additionalFields: '{}', reuseOnRetry: true },
		});
	});
});
