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

export const SUBJECTS: Subject[] = [
	{
		key: 'veo',
		label: 'this node',
		node: aVeoNode({ parameters: video }),
		nodeFile: [OURS, 'dist/nodes/Veo/Veo.node.js'],
		credentialFile: [OURS, 'dist/credentials/VeoApi.credentials.js'],
		credential: (baseUrl, apiKey) => ({ apiKey, baseUrl }),
	},
	{
		key: 'gemini',
		label: 'Google Gemini (Veo)',
		node: aNode({
			name: 'Gemini',
			type: `${LANGCHAIN}.googleGemini`,
			typeVersion: 1.2,
			parameters: { ...video, modelId: model('models/veo-3.0-generate-001'), returnAs: 'url' },
		}),
		nodeFile: [LANGCHAIN, 'dist/nodes/vendors/GoogleGemini/GoogleGemini.node.js'],
		credentialFile: [LANGCHAIN, 'dist/credentials/GooglePalmApi.credentials.js'],
		credential: (host, apiKey) => ({ apiKey, host }),
	},
	{
		key: 'sora',
		label: 'OpenAI (Sora)',
		node: aNode({
			name: 'OpenAI',
			type: `${LANGCHAIN}.openAi`,
			typeVersion: 2.3,
			parameters: { ...video, modelId: model('sora-2') },
		}),
		nodeFile: [LANGCHAIN, 'dist/nodes/vendors/OpenAi/OpenAi.node.js'],
		credentialFile: ['n8n-nodes-base', 'dist/credentials/OpenAiApi.credentials.js'],
		credential: (url, apiKey) => ({ apiKey, url }),
	},
	{
		key: 'minimax',
		label: 'MiniMax',
		node: aNode({
			name: 'MiniMax',
			type: `${LANGCHAIN}.minimax`,
			typeVersion: 1.2,
			parameters: {
				...video,
				operation: 'textToVideo',
				modelId: model('MiniMax-Hailuo-2.3'),
				downloadVideo: false,
			},
		}),
		nodeFile: [LANGCHAIN, 'dist/nodes/vendors/MiniMax/MiniMax.node.js'],
		credentialFile: [LANGCHAIN, 'dist/credentials/MinimaxApi.credentials.js'],
		credential: (url, apiKey) => ({ apiKey, url: `${url}/v1` }),
	},
];

export const isOurs = ({ key }: Subject) => key === 'veo';
