import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Page } from 'playwright-core';

/** From 0 to 100. Text remains sharp, and a full screen is about 50 kB. */
const QUALITY = 82;

/**
 * Saves a screenshot as a WebP file. Uses Chromium's own encoder, because Playwright's screenshot()
 * only supports PNG and JPEG, which are several times larger.
 * @returns the file's size in bytes
 */
export async function saveWebp(page: Page, path: string): Promise<number> {
	const devTools = await page.context().newCDPSession(page);
	const options = { format: 'webp', quality: QUALITY } as const;
	const { data } = await devTools.send('Page.captureScreenshot', options);
	await devTools.detach();
	const image = Buffer.from(data, 'base64');
	await mkdir(dirname(path), { recursive: true });
	await writeFile(path, image);
	return image.length;
}
