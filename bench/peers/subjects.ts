import type { ICredentialDataDecryptedObject, INode } from 'n8n-workflow';
import { aNode, aVeoNode } from '../../test/harness/nodes';
import type { DialectName } from './mockApi/dialects';

/** A node that generates a video from a prompt, waits for it and returns its URL. */
export interface Subject {
	/** Also the name of its mock API. */
	key: DialectName;
	label: string;
	/** It reads the prompt from each item. */
	node: INode;
	/** The compiled node and its credential: package and path. */
	nodeFile: [packageName: string, path: string];
	credentialFile: [packageName: string, path: string];
	credential(url: string, apiKey: string): ICredentialDataDecryptedObject;
}

/** The package under test, which is not installed in n8n. */
export const OURS = 'n8n-nodes-veo';
const LANGCHAIN = '@n8n/n8n-nodes-langchain';
const video = { resource: 'video', operation: 'generate', prompt: '={{ $json.prompt }}' };
const model = (value: string) => ({ __rl: true, mode: 'id', value });

/** A node of n8n. */
function peer(name: string, typeVersion: number, parameters: INode['parameters']) {
	const nodeFile: Subject['nodeFile'] = [LANGCHAIN, `dist/nodes/vendors/${name}/${name}.node.js`];
	const all = { ...video, ...parameters };
	return { node: aNode({ name, type: name, typeVersion, parameters: all }), nodeFile };
}

export const OUR_SUBJECT: Subject = {
	key: 'veo',
	label: 'this node',
	node: aVeoNode({ parameters: video }),
	nodeFile: [OURS, 'dist/nodes/Veo/Veo.node.js'],
	credentialFile: [OURS, 'dist/credentials/VeoApi.credentials.js'],
	credential: (baseUrl, apiKey) => ({ apiKey, baseUrl }),
};

export const SUBJECTS: Subject[] = [
	OUR_SUBJECT,
	{
		key: 'gemini',
		label: 'Google Gemini (Veo)',
		...peer('GoogleGemini', 1.2, {
			modelId: model('models/veo-3.0-generate-001'),
			returnAs: 'url',
		}),
		credentialFile: [LANGCHAIN, 'dist/credentials/GooglePalmApi.credentials.js'],
		credential: (host, apiKey) => ({ apiKey, host }),
	},
	{
		key: 'sora',
		label: 'OpenAI (Sora)',
		...peer('OpenAi', 2.3, { modelId: model('sora-2') }),
		credentialFile: ['n8n-nodes-base', 'dist/credentials/OpenAiApi.credentials.js'],
		credential: (url, apiKey) => ({ apiKey, url }),
	},
	{
		key: 'minimax',
		label: 'MiniMax',
		...peer('MiniMax', 1.2, {
			operation: 'textToVideo',
			modelId: model('MiniMax-Hailuo-2.3'),
			downloadVideo: false,
		}),
		credentialFile: [LANGCHAIN, 'dist/credentials/MinimaxApi.credentials.js'],
		credential: (url, apiKey) => ({ apiKey, url: `${url}/v1` }),
	},
];
