import { Container } from '@n8n/di';
import { BinaryDataService } from 'n8n-core';
import type { IBinaryData } from 'n8n-workflow';

/** Puts an image into n8n's binary data as n8n's own file nodes do; needs a started engine. */
export async function imageData(path: string): Promise<IBinaryData> {
	return await Container.get(BinaryDataService).copyBinaryFile(
		{ type: 'execution', workflowId: 'bench', executionId: '1' },
		{ data: '', mimeType: 'image/jpeg', fileName: 'image.jpg' },
		path,
	);
}
