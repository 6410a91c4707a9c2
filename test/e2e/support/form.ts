import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 200;
/** A form page asks for its state as long as n8n says neither that it waits nor that it has ended. */
const LIMIT_MS = 60_000;

/** Names of the form's fields by their labels, as the page shows them. */
function fieldsOf(page: string): Map<string, string> {
	const labels = page.matchAll(/<label[^>]*\bfor='([^']+)'[^>]*>\s*([^<]*?)\s*<\/label>/g);
	return new Map([...labels].map(([, id = '', label = '']) => [label, id]));
}

/** A URL of the same page: the signature stays in the query. */
function below(url: string, path: string): URL {
	const result = new URL(url);
	result.pathname += path;
	return result;
}

/** Asks as the page's own script does until the form's next page is there. @returns that page */
async function nextPage(waitingUrl: string): Promise<string> {
	const deadlineMs = Date.now() + LIMIT_MS;
	for (;;) {
		const state = await (await fetch(below(waitingUrl, '/n8n-execution-status'))).text();
		if (state.trim() === 'form-waiting') return await (await fetch(waitingUrl)).text();
		if (['error', 'canceled', 'crashed'].includes(state.trim()) || Date.now() > deadlineMs) {
			throw new Error(`The form came to no next page; n8n says "${state.trim()}".`);
		}
		await sleep(LOOK_EVERY_MS);
	}
}

/**
 * Opens an n8n form, fills in the fields by their labels, submits it and waits for its end.
 * @returns the HTML of the last page
 */
export async function submitForm(url: string, values: Record<string, string>): Promise<string> {
	const opened = await fetch(url);
	const fields = fieldsOf(await opened.text());
	const body = new FormData();
	for (const [label, value] of Object.entries(values)) {
		const name = fields.get(label);
		if (!name)
			throw new Error(`The form shows no field "${label}", but ${[...fields.keys()].join()}.`);
		body.append(name, value);
	}
	const answer: unknown = await (await fetch(url, { method: 'POST', body })).json();
	if (typeof answer !== 'object' || answer === null || !('formWaitingUrl' in answer)) {
		throw new Error(`The form was not accepted: ${JSON.stringify(answer)}`);
	}
	const waitingUrl = String(answer.formWaitingUrl);
	const page = await nextPage(waitingUrl);
	await fetch(waitingUrl, { method: 'POST' }); // the last page tells n8n that it was shown
	return page;
}
