import {
	NodeOperationError,
	type ICredentialDataDecryptedObject,
	type INode,
	type INodeProperties,
} from 'n8n-workflow';
import type { DownloadTarget } from '../parameters/downloadTarget';
import { optionsField, outputFileField } from '../parameters/fields';
import { ParameterReader } from '../parameters/parameterReader';
import { parseSecret, SECRET_CREDENTIAL_TYPE, type Secret } from './secret';

const EVENTS = ['completed', 'failed'] as const;

export const description: INodeProperties[] = [
	{
		displayName:
			'Your video provider sends the request when a video is finished. Register one of the webhook URLs above there, or call it from any other system. Example body: <code>{ "uuid": "8f14e45f-ceea-4672-a9d5-1f2b3c4d5e6f" }</code>. Only this ID is used: the node gets the status of the video from the Veo API before it starts the workflow.',
		name: 'notice',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Trigger On',
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
				description: "The video couldn't be generated",
				action: 'On video failed',
			},
		],
		default: ['completed', 'failed'],
	},
	optionsField([
		{
			displayName: 'Download Video',
			name: 'download',
			type: 'fixedCollection',
			default: {},
			placeholder: 'Add download',
			description: 'Return the video as a file too',
			options: [{ displayName: 'Settings', name: 'settings', values: [outputFileField] }],
		},
	]),
];

export interface Settings {
	/** The job statuses that start the workflow. */
	events: readonly string[];
	/** Undefined if requests need no secret. */
	secret?: Secret;
	/** Undefined if the video is not downloaded. */
	target?: DownloadTarget;
}

/** The source of the settings: a webhook request, or the activation of the workflow. */
export interface SettingsSource {
	getNode(): INode;
	getNodeParameter(name: string, fallback: unknown): unknown;
	getCredentials(type: string): Promise<ICredentialDataDecryptedObject>;
}

/** @throws NodeOperationError that contains the display name of the invalid field */
export async function readSettings(functions: SettingsSource): Promise<Settings> {
	const parameters = new ParameterReader(
		{
			getNode: () => functions.getNode(),
			getNodeParameter: (name, _itemIndex, fallback) => functions.getNodeParameter(name, fallback),
		},
		0,
	);
	const secret = await readSecret(functions);
	const target = readTarget(functions, parameters);
	return {
		events: readEvents(functions, parameters),
		...(secret && { secret }),
		...(target && { target }),
	};
}

function readTarget(
	functions: SettingsSource,
	parameters: ParameterReader,
): DownloadTarget | undefined {
	const settings = 'options.download.settings';
	// without a defined fallback, n8n throws if the option isn't set
	if (!functions.getNodeParameter(settings, null)) return undefined;
	const field = `${settings}.outputBinaryPropertyName`;
	return {
		property: parameters.requiredText(field, 'Output Data Field Name').trim(),
		fileName: '',
	};
}

function readEvents(functions: SettingsSource, parameters: ParameterReader): readonly string[] {
	const selected = functions.getNodeParameter('events', [...EVENTS]);
	const events = EVENTS.filter((event) => Array.isArray(selected) && selected.includes(event));
	if (events.length > 0) return events;
	throw parameters.invalid("'Trigger On' is empty", 'Select at least one event.');
}

/** An incomplete credential is an error: without its value, any request would be accepted. */
async function readSecret(functions: SettingsSource): Promise<Secret | undefined> {
	const node = functions.getNode();
	if (!node.credentials?.[SECRET_CREDENTIAL_TYPE]) return undefined;
	const { headerName, headerValue } = await functions.getCredentials(SECRET_CREDENTIAL_TYPE);
	const secret = parseSecret(headerName, headerValue);
	if (secret.ok) return secret.value;
	const { message, description: hint } = secret.error;
	throw new NodeOperationError(node, message, { description: hint });
}
