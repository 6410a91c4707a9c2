import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Page } from 'playwright-core';

/** Of 100: text stays sharp, and a full screen takes some 50 kB. */
const QUALITY = 82;

/**
 * Keeps what the page shows as a WebP file. Chromium compresses it itself, so no further tool is
 * needed; Playwright's own screenshot() knows only PNG and JPEG, which are several times as large.
 * @returns the file's size in bytes
 */
export async function keepWebp(page: Page, path: string): Promise<number> {
	const devTools = await page.context().newCDPSession(page);
	const { data } = await devTools.send('Page.captureScreenshot', {
		format: 'webp',
		quality: QUALITY,
	});
	await devTools.detach();
	const picture = Buffer.from(data, 'base64');
	await mkdir(dirname(path), { recursive: true });
	await writeFile(path, picture);
	return picture.length;
}
