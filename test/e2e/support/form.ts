import { setTimeout as sleep } from 'node:timers/promises';

const POLL_INTERVAL_MS = 200;
const TIMEOUT_MS = 60_000;

/** Names of the form's fields by their labels. */
function fieldsOf(page: string): Map<string, string> {
	const labels = page.matchAll(/<label[^>]*\bfor='([^']+)'[^>]*>\s*([^<]*?)\s*<\/label>/g);
	return new Map([...labels].map(([, id = '', label = '']) => [label, id]));
}

/** Appends to the path of the URL; the query keeps its signature. */
function appendPath(url: string, path: string): URL {
	const result = new URL(url);
	result.pathname += path;
	return result;
}

/** Polls like the page's own script until the form has a next page. @returns that page */
async function nextPage(waitingUrl: string): Promise<string> {
	const deadlineMs = Date.now() + TIMEOUT_MS;
	for (;;) {
		const state = await (await fetch(appendPath(waitingUrl, '/n8n-execution-status'))).text();
		if (state.trim() === 'form-waiting') return await (await fetch(waitingUrl)).text();
		if (['error', 'canceled', 'crashed'].includes(state.trim()) || Date.now() > deadlineMs) {
			throw new Error(`The form has no next page. n8n's state: "${state.trim()}".`);
		}
		await sleep(POLL_INTERVAL_MS);
	}
}

/** Fills in and submits an n8n form. @returns the HTML of the last page */
export async function submitForm(url: string, values: Record<string, string>): Promise<string> {
	const opened = await fetch(url);
	const fields = fieldsOf(await opened.text());
	const body = new FormData();
	for (const [label, value] of Object.entries(values)) {
		const name = fields.get(label);
		if (!name)
			throw new Error(`The form has no field "${label}", only ${[...fields.keys()].join()}.`);
		body.append(name, value);
	}
	const response: unknown = await (await fetch(url, { method: 'POST', body })).json();
	if (typeof response !== 'object' || response === null || !('formWaitingUrl' in response)) {
		throw new Error(`n8n rejected the form: ${JSON.stringify(response)}`);
	}
	const waitingUrl = String(response.formWaitingUrl);
	const page = await nextPage(waitingUrl);
	await fetch(waitingUrl, { method: 'POST' }); // the last page confirms that it was shown
	return page;
}
