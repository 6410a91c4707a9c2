/** What the nodes panel, the node's form and an AI model read about the node. */
import { NodeHelpers, type INode, type INodeParameters, type INodeProperties } from 'n8n-workflow';
import { Veo } from '../../../nodes/Veo/Veo.node';
import { VeoTrigger } from '../../../nodes/Veo/VeoTrigger.node';

const { description } = new Veo();
/** n8n derives the node's tool by adding this suffix (2.41.1, convertNodeToAiTool). */
const tool = { description: { ...description, name: `${description.name}Tool` } };

/** The node's parameters with the defaults of all visible ones, as the tool of an agent. */
function toolParameters(given: INodeParameters): INodeParameters {
	const version = { typeVersion: 1 };
	const { properties } = description;
	const values = NodeHelpers.getNodeParameters(
		...[properties, given, true, false, version, tool.description],
	);
	if (values === null) throw new Error("n8n couldn't compute the defaults");
	return values;
}

function toolDescription(given: INodeParameters): string {
	const base = { id: '1', name: 'Veo', type: 'veoTool', typeVersion: 1 };
	const node: INode = { ...base, position: [0, 0], parameters: toolParameters(given) };
	return NodeHelpers.getToolDescriptionForNode(node, Object.assign(new Veo(), tool));
}

const optionsOf = (name: string, resource?: string) =>
	description.properties
		.filter((property) => property.name === name)
		.filter(({ displayOptions }) => !resource || displayOptions?.show?.resource?.includes(resource))
		.flatMap(({ options = [] }) =>
			options.flatMap((option) => ('value' in option ? [option] : [])),
		);

const fields = (name: string): INodeProperties[] =>
	description.properties.filter((property) => property.name === name);

describe('a model reads about the tool', () => {
	it.each([
		['cost', /costs credits/],
		['duration', /minutes/],
		['input', /text prompt.*image as the first frame/],
		['result', /videoUrl/],
		['ID', /uuid/],
	])('Generate: its %s', (_, text) => {
		expect(toolDescription({})).toMatch(text);
	});

	it.each<[string, INodeParameters, RegExp]>([
		['Get Status', { operation: 'getStatus' }, /free of charge.*status \(pending, processing/],
		['Download', { operation: 'download' }, /free of charge/],
		['Upload', { resource: 'image', operation: 'upload' }, /imageUrl and imageKey/],
	])('%s: what it returns and that it is free', (_, parameters, text) => {
		expect(toolDescription(parameters)).toMatch(text);
	});

	it('what the user wrote instead', () => {
		expect(toolDescription({ toolDescription: 'Makes cat videos' })).toBe('Makes cat videos');
		const saved = { descriptionType: 'manual', toolDescription: 'Makes cat videos' };
		expect(toolDescription(saved)).toBe('Makes cat videos');
	});

	it('the accepted values of the parameters that it fills in', () => {
		expect(fields('generationType')[0]?.description).toMatch(/'textToVideo'.*'imageToVideo'/);
		expect(fields('aspectRatio')[0]?.description).toMatch(/'auto', '16:9' or '9:16'/);
		expect(fields('prompt')[0]?.description).toMatch(/subject, action, setting, camera, style/);
	});
});

it('only a tool has the field for its description', () => {
	const version = { typeVersion: 1 };
	const values = NodeHelpers.getNodeParameters(
		...[description.properties, {}, true, false, version, description],
	);
	expect(values).not.toHaveProperty('toolDescription');
	expect(toolParameters({})).toHaveProperty('toolDescription');
});

it('the actions are listed in the order of use', () => {
	const actions = optionsOf('resource').flatMap(({ value }) =>
		optionsOf('operation', String(value)),
	);
	expect(actions.map(({ action }) => action)).toEqual([
		'Generate video from text or image',
		'Get status of video',
		'Download video',
		'Upload image',
	]);
});

it("the trigger's description, which n8n shows beside the name of both nodes, fits both", () => {
	expect(new VeoTrigger().description.description).toMatch(/^Generate .* video.*start a workflow/);
});

it('no option of a list has a description that the list cuts', () => {
	const lists = description.properties.flatMap(({ type, name }) =>
		type === 'options' ? [name] : [],
	);
	const long = [...new Set(lists)]
		.flatMap((name) => optionsOf(name))
		.filter((option) => (option.description ?? '').length > 70);
	expect(long).toEqual([]);
});

it('a durable wait names its cost first', () => {
	const [durable] = optionsOf('waitMode').filter(({ value }) => value === 'durable');
	expect(durable?.description).toMatch(/^Slower/);
});
