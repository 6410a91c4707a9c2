/** The sandbox's status page in Chromium. */
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { startSandbox, type Sandbox } from '../../sandbox/client';
import { MAGIC_PROMPTS } from '../../sandbox/magicPrompts';
import { root } from '../../scripts/lib/paths';
import { listen } from '../../scripts/lib/ports';
import { apiClient } from '../harness/sandbox';
import { launchChromium } from './browser/chromium';

/** The sandbox's README shows this picture as page/status.webp. */
const PICTURE = join(root, '.cache', 'e2e-screenshots', 'status.webp');

let sandbox: Sandbox;
let browser: Browser;
let page: Page;
let receiver: Server;
let callbackUrl: string;
let callbacks: string[];
/** What went wrong in the page of this test. A page that closes cancels its requests, which is no failure. */
let failures: string[];

beforeAll(async () => {
	sandbox = await startSandbox({ jobSeconds: 120 });
	receiver = createServer((request, response) => {
		callbacks.push(request.url ?? '');
		response.end('noted');
	});
	callbackUrl = await listen(receiver);
	browser = await launchChromium();
});
beforeEach(async () => {
	callbacks = [];
	await sandbox.reset();
	const problems: string[] = (failures = []);
	page = await browser.newPage({ viewport: { width: 1180, height: 840 } });
	page.on('pageerror', ({ message }) => problems.push(message));
	page.on('requestfailed', (request) => {
		// a player cancels its request when it has the whole video
		if (request.resourceType() !== 'media') problems.push(request.url());
	});
	page.on('request', (request) => {
		if (!request.url().startsWith(sandbox.origin)) problems.push(request.url());
	});
	await page.goto(sandbox.origin);
});
afterEach(async () => {
	expect(failures).toEqual([]);
	await page.close();
});
afterAll(async () => {
	await browser?.close();
	await sandbox?.close();
	receiver.close();
	await once(receiver, 'close');
});

const submit = async (prompt: string) => {
	const body = { generationType: 'text_to_video', prompt, callbackUrl };
	await apiClient(sandbox.baseUrl, sandbox.key).post('/generate-video', body);
};

const job = (prompt: string): Locator =>
	page.getByTestId('job').filter({ hasText: prompt }).first();

test('it shows jobs, credits and requests as they arrive', async () => {
	await page.getByText('No job was submitted.').waitFor();
	await submit('A lighthouse at dawn');
	await submit('A rocket [1001]');
	await job('A lighthouse at dawn').getByText('pending').waitFor();
	await page.getByTestId('credits').getByText('98', { exact: true }).waitFor();
	const requests = page.getByTestId('request');
	await requests.filter({ hasText: '1001' }).waitFor();
	expect(await requests.allInnerTexts()).toEqual([
		expect.stringMatching(/POST \/api\/generate-video\s+402\s+1001\s+error/),
		expect.stringMatching(/POST \/api\/generate-video\s+200\s+0/),
	]);
});

test('it moves the clock, and plays the completed video', async () => {
	await submit('A lighthouse at dawn');
	await submit('A volcano [content filter]');
	await page.getByRole('button', { name: '+1 minute' }).click();
	await page.getByTestId('clock').getByText('60 s ahead').waitFor();
	await job('A lighthouse at dawn').getByText('processing').waitFor();
	await page.getByRole('button', { name: '+1 minute' }).click();
	await job('A volcano')
		.getByText(/failed: .* content filter/)
		.waitFor();
	await job('A lighthouse at dawn').getByText('completed').waitFor();

	await job('A lighthouse at dawn').getByRole('button', { name: 'Play' }).click();
	await page.waitForFunction("document.querySelector('video').currentTime > 0.5");
	const [width, height, duration = 0] = await page.evaluate<number[]>(
		"(({ videoWidth, videoHeight, duration }) => [videoWidth, videoHeight, duration])(document.querySelector('video'))",
	);
	expect([width, height, Math.round(duration)]).toEqual([640, 360, 4]);
	await submit('A red balloon over the roofs of a small town');
	await submit('A rocket lifts off [1001]');
	await page.getByTestId('request').filter({ hasText: '1001' }).waitFor();
	await mkdir(join(PICTURE, '..'), { recursive: true });
	const devTools = await page.context().newCDPSession(page);
	const options = { format: 'webp', quality: 82 } as const;
	const { data } = await devTools.send('Page.captureScreenshot', options);
	await writeFile(PICTURE, data, 'base64');
});

test('it stops the clock', async () => {
	await page.getByRole('button', { name: 'Stop clock' }).click();
	await page.getByTestId('clock').getByText('stopped at').waitFor();
	await page.getByRole('button', { name: 'Resume clock' }).click();
	await page.getByRole('button', { name: 'Stop clock' }).waitFor();
	// it is as late as the time for which it was stopped
	const behind = -Math.round((await sandbox.state()).clock.offsetSeconds);
	const text = behind === 0 ? 'real time' : `${behind} s behind`;
	await page.getByTestId('clock').getByText(text, { exact: true }).waitFor();
});

test('it sends a callback again', async () => {
	await submit('A lighthouse at dawn');
	await job('A lighthouse').getByRole('button', { name: 'Send callback' }).click();
	await page.getByTestId('message').getByText(`Callback to ${callbackUrl}: 200`).waitFor();
	expect(callbacks).toEqual(['/']);
});

test('it lists the magic prompts', async () => {
	await page.getByText('Magic prompts').click();
	const words = page.getByTestId('magic-prompt').locator('code');
	await words.first().waitFor();
	expect(await words.allInnerTexts()).toEqual(MAGIC_PROMPTS.map(({ word }) => word));
});
