import type { ICredentialDataDecryptedObject, INode } from 'n8n-workflow';
import type { DialectName } from './fakes/dialects';

/** A node that does the same work as the others: a video from a prompt, waited for, its URL out. */
export interface Contestant {
	/** Also the name of its API in fakes/. */
	key: DialectName;
	label: string;
	typeVersion: number;
	/** The file of the node and that of its credential: package, and path in it. */
	node: [packageName: string, path: string];
	credentialType: [packageName: string, path: string];
	credential(url: string, apiKey: string): ICredentialDataDecryptedObject;
	/** The prompt is read from each item. */
	parameters: INode['parameters'];
}

/** Name that stands for the package under test, wherever it lies. */
export const OURS = 'n8n-nodes-veo';
const LANGCHAIN = '@n8n/n8n-nodes-langchain';
const prompt = '={{ $json.prompt }}';
const model = (value: string) => ({ __rl: true, mode: 'id', value });

export const CONTESTANTS: Contestant[] = [
	{
		key: 'veo',
		label: 'this node',
		typeVersion: 1,
		node: [OURS, 'dist/nodes/Veo/Veo.node.js'],
		credentialType: [OURS, 'dist/credentials/VeoApi.credentials.js'],
		credential: (baseUrl, apiKey) => ({ apiKey, baseUrl }),
		parameters: { resource: 'video', operation: 'generate', prompt },
	},
	{
		key: 'gemini',
		label: 'Google Gemini (Veo)',
		typeVersion: 1.2,
		node: [LANGCHAIN, 'dist/nodes/vendors/GoogleGemini/GoogleGemini.node.js'],
		credentialType: [LANGCHAIN, 'dist/credentials/GooglePalmApi.credentials.js'],
		credential: (host, apiKey) => ({ apiKey, host }),
		parameters: {
			resource: 'video',
			operation: 'generate',
			modelId: model('models/veo-3.0-generate-001'),
			prompt,
			returnAs: 'url',
		},
	},
	{
		key: 'sora',
		label: 'OpenAI (Sora)',
		typeVersion: 2.3,
		node: [LANGCHAIN, 'dist/nodes/vendors/OpenAi/OpenAi.node.js'],
		credentialType: ['n8n-nodes-base', 'dist/credentials/OpenAiApi.credentials.js'],
		credential: (url, apiKey) => ({ apiKey, url }),
		parameters: { resource: 'video', operation: 'generate', modelId: model('sora-2'), prompt },
	},
	{
		key: 'minimax',
		label: 'MiniMax',
		typeVersion: 1.2,
		node: [LANGCHAIN, 'dist/nodes/vendors/MiniMax/MiniMax.node.js'],
		credentialType: [LANGCHAIN, 'dist/credentials/MinimaxApi.credentials.js'],
		credential: (url, apiKey) => ({ apiKey, url: `${url}/v1` }),
		parameters: {
			resource: 'video',
			operation: 'textToVideo',
			modelId: 'MiniMax-Hailuo-2.3',
			prompt,
			downloadVideo: false,
		},
	},
];

export const everybody = () => true;
export const isOurs = ({ node: [packageName] }: Contestant) => packageName === OURS;
