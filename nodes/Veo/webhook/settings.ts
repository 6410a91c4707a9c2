import type { INode, INodeProperties } from 'n8n-workflow';
import { optionsField, outputFileField } from '../parameters/fields';
import { Parameters } from '../parameters/parameterReader';
import type { VideoTarget } from '../execution/items';
import type { Secret } from './request';

const EVENTS = ['completed', 'failed'] as const;
const DEFAULT_HEADER = 'X-Webhook-Secret';
/** RFC 9110, 5.6.2: what a header's name may be made of. */
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;

export const fields: INodeProperties[] = [
	{
		displayName:
			"Give one of the webhook URLs above to whoever calls when a video has ended. The call itself is not believed: the video's status is read from the Veo API before the workflow runs.",
		name: 'notice',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Events',
		name: 'events',
		type: 'multiOptions',
		required: true,
		options: [
			{
				name: 'Completed',
				value: 'completed',
				description: 'The video is ready',
				action: 'On video completed',
			},
			{
				name: 'Failed',
				value: 'failed',
				description: 'The video could not be made',
				action: 'On video failed',
			},
		],
		default: ['completed', 'failed'],
		description: 'Which ends of a video the workflow runs for',
	},
	optionsField(undefined, [
		{
			displayName: 'Download Video',
			name: 'downloadVideo',
			type: 'boolean',
			default: false,
			description: 'Whether to also hand on the video as a file',
		},
		outputFileField({ show: { downloadVideo: [true] } }),
		{
			displayName: 'Secret Header',
			name: 'secretHeader',
			type: 'string',
			// n8n's rules take every field with "secret" in its name for one
			typeOptions: { password: true },
			default: DEFAULT_HEADER,
			placeholder: `e.g. ${DEFAULT_HEADER}`,
			description: "Name of the header in which callers send the 'Secret Value'",
		},
		{
			displayName: 'Secret Value',
			name: 'secretValue',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'What callers must send in that header. Calls without it are refused.',
		},
	]),
];

/** What the user wants of the trigger. */
export interface Settings {
	/** The ends to tell of; a job's status is one of these, or not. */
	events: readonly string[];
	secret?: Secret;
	/** Undefined where the video is not to be downloaded. */
	target?: VideoTarget;
}

/** Where the node's parameters are read: in a call, and when the workflow is activated. */
export interface SettingsSource {
	getNode(): INode;
	getNodeParameter(name: string, fallback: unknown): unknown;
}

/** @throws NodeOperationError that names the parameter which cannot work */
export function readSettings(functions: SettingsSource): Settings {
	const parameters = new Parameters(
		{
			getNode: () => functions.getNode(),
			getNodeParameter: (name, _itemIndex, fallback) => functions.getNodeParameter(name, fallback),
		},
		0,
	);
	const secret = readSecret(functions, parameters);
	return {
		events: readEvents(functions, parameters),
		...(secret && { secret }),
		...(parameters.flag('options.downloadVideo', false) && { target: readTarget(parameters) }),
	};
}

function readTarget(parameters: Parameters): VideoTarget {
	const label = 'Output Data Field Name';
	const property = parameters.text('options.outputBinaryPropertyName', label).trim() || 'data';
	return { property, fileName: '' };
}

function readEvents(functions: SettingsSource, parameters: Parameters): readonly string[] {
	const chosen = functions.getNodeParameter('events', [...EVENTS]);
	const events = EVENTS.filter((event) => Array.isArray(chosen) && chosen.includes(event));
	if (events.length > 0) return events;
	throw parameters.refuse("'Events' is empty", 'Choose Completed, Failed or both.');
}

/** One that was begun must be complete: a forgotten value must not let everybody in. */
function readSecret(functions: SettingsSource, parameters: Parameters): Secret | undefined {
	const options = functions.getNodeParameter('options', {});
	if (typeof options !== 'object' || options === null) return undefined;
	if (!('secretHeader' in options || 'secretValue' in options)) return undefined;
	const header = parameters.text('options.secretHeader', 'Secret Header', DEFAULT_HEADER).trim();
	if (!HEADER_NAME.test(header)) {
		throw parameters.refuse(
			`'Secret Header' cannot be '${header}'`,
			`Use letters, digits and hyphens, e.g. ${DEFAULT_HEADER}.`,
		);
	}
	const value = parameters.requiredText('options.secretValue', 'Secret Value').trim();
	return { header: header.toLowerCase(), value };
}
