import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { readSettings } from '../../../nodes/Veo/webhook/settings';
import { createNode, getParameter } from '../support/veoNode';

/** Settings of a trigger node with these parameters, and with a credential if one is given. */
const settingsOf = async (parameters: object, credential?: ICredentialDataDecryptedObject) => {
	const credentials = credential && { veoWebhookApi: { id: '1', name: 'Veo Webhook API' } };
	const node = createNode({
		name: 'Veo 3.1 Trigger',
		type: 'n8n-nodes-veo.veoTrigger',
		...(credentials && { credentials }),
	});
	return await readSettings({
		getNode: () => node,
		getNodeParameter: (name, fallback) => getParameter(parameters, name, fallback),
		getCredentials: async (type) => {
			if (!credential || type !== 'veoWebhookApi') throw new Error(`No credential ${type}`);
			return credential;
		},
	});
};

const CREDENTIAL = { headerName: ' X-Mine ', headerValue: ' s3 ' };

describe('a user of the trigger', () => {
	it('gets both events by default, and needs no secret', async () => {
		expect(await settingsOf({})).toEqual({ events: ['completed', 'failed'] });
	});

	it('gets the selected event, secret and download', async () => {
		const download = { settings: { outputBinaryPropertyName: ' video ' } };
		const parameters = { events: ['failed'], options: { download } };
		expect(await settingsOf(parameters, CREDENTIAL)).toEqual({
			events: ['failed'],
			secret: { header: 'x-mine', value: 's3' },
			target: { property: 'video', fileName: '' },
		});
	});

	it('gets the file in the field data if the download is added without changes', async () => {
		const download = { settings: { outputBinaryPropertyName: 'data' } };
		const { target } = await settingsOf({ options: { download } });
		expect(target).toEqual({ property: 'data', fileName: '' });
	});

	it('gets no file if the download is added and removed again', async () => {
		expect(await settingsOf({ options: { download: {} } })).not.toHaveProperty('target');
	});

	it('gets both events if only the secret is set', async () => {
		expect(await settingsOf({}, CREDENTIAL)).toEqual({
			events: ['completed', 'failed'],
			secret: { header: 'x-mine', value: 's3' },
		});
	});

	it('gets no other status as an event, even from an expression', async () => {
		const { events } = await settingsOf({ events: ['processing', 'failed'] });
		expect(events).toEqual(['failed']);
	});
});

describe('a user reads an error, and no request is accepted, if', () => {
	it.each([
		['the value is missing', { headerName: 'X-Secret' }, "'Header Value' is missing"],
		[
			'the value is empty',
			{ headerName: 'X-Secret', headerValue: '' },
			"'Header Value' is missing",
		],
		[
			'the value is blank',
			{ headerName: 'X-Secret', headerValue: ' ' },
			"'Header Value' is missing",
		],
		[
			'the value is not text',
			{ headerName: 'X-Secret', headerValue: 7 },
			"'Header Value' is missing",
		],
		['the header is missing', { headerValue: 's' }, `'Header Name' in the credential can't be ""`],
		[
			'the header is empty',
			{ headerName: '', headerValue: 's' },
			`'Header Name' in the credential can't be ""`,
		],
		['the header is invalid', { headerName: 'a b', headerValue: 's' }, `can't be "a b"`],
		['the credential is empty', {}, `'Header Name' in the credential can't be ""`],
	])('%s', async (_, credential, message) => {
		const reading = settingsOf({}, credential);
		await expect(reading).rejects.toThrow(message);
		await expect(reading).rejects.toMatchObject({
			name: 'NodeOperationError',
			description: expect.stringMatching(/\.$/),
		});
	});

	it.each([
		[{ events: [] }, "'Trigger On' is empty"],
		[{ events: ['processing'] }, "'Trigger On' is empty"],
		[{ events: 'completed' }, "'Trigger On' is empty"],
		[
			{ options: { download: { settings: { outputBinaryPropertyName: ' ' } } } },
			"'Output Data Field Name' is empty",
		],
	])('the parameters are %j', async (parameters, message) => {
		await expect(settingsOf(parameters)).rejects.toThrow(message);
	});

	it('n8n cannot provide the credential', async () => {
		const node = createNode({ credentials: { veoWebhookApi: { id: '1', name: 'deleted' } } });
		const reading = readSettings({
			getNode: () => node,
			getNodeParameter: (_, fallback) => fallback,
			getCredentials: async () => {
				throw new Error('The credential was deleted');
			},
		});
		await expect(reading).rejects.toThrow('The credential was deleted');
	});
});
