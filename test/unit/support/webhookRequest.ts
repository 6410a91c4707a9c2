import type { WebhookRequest } from '../../../nodes/Veo/webhook/request';

/** An empty webhook request, with the given parts replaced. */
export function createRequest(parts: Partial<WebhookRequest>): WebhookRequest {
	return { headers: {}, query: {}, body: undefined, rawBody: undefined, ...parts };
}
