import { callbackBlocker } from '../../../nodes/Veo/execution/callback';

const API = 'https://veo3o1.com/api';

test.each([
	'http://localhost:5678/webhook-waiting/1?signature=a',
	'http://n8n.localhost/webhook-waiting/1',
	'http://127.0.0.1:5678/webhook-waiting/1',
	'http://127.1.2.3/webhook-waiting/1',
	'http://[::1]:5678/webhook-waiting/1',
	'http://0.0.0.0:5678/webhook-waiting/1',
])('an API elsewhere cannot reach %s', (url) => {
	expect(callbackBlocker(url, API)).toBe(
		`n8n's URL is ${new URL(url).origin}, which the API can't reach. Set N8N_WEBHOOK_URL to n8n's public URL`,
	);
});

test.each([
	['https://n8n.example.com/webhook-waiting/1', API],
	['http://192.168.1.20:5678/webhook-waiting/1', API],
	['http://localhost.example.com/webhook-waiting/1', API],
	['http://127.0.0.1:5678/webhook-waiting/1', 'http://localhost:3055/api'],
])('%s can be called by %s', (url, apiUrl) => {
	expect(callbackBlocker(url, apiUrl)).toBeUndefined();
});
